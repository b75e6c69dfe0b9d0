/**
 * Leaves out the object that graphql repeats at the end of messages about input: it holds all its fields, secrets too.
 * Which field of which type is wrong is said before.
 */
export function hideValues(message: string): string {
  return message.replace(/[,.;] found: [{[].*$/is, '.');
}
