/** Whether names of the schema are told that the client did not write. */
export interface FaultTelling {
  readonly names: boolean;
}

/**
 * What is told of a fault in a document or its variables, of graphql's own message. It leaves out the object that is
 * repeated at the end: it holds all its fields, secrets too. Which field of which type is wrong is said before.
 */
export function tellFault(message: string, { names }: FaultTelling): string {
  const short = hideValues(message);
  return names ? short : hideNames(short);
}

/** Leaves out suggestions, types, and what else would have to be there. */
function hideNames(message: string): string {
  return message
    .replaceAll(/ Did you mean [^?]*\?/g, '')
    .replaceAll(/required field "[^"]*"/g, 'a required field')
    .replaceAll(/Argument "[^"]*" of type "[^"]*" is required/g, 'An argument is required')
    .replaceAll(/ (?:on|of) (?:required )?type "[^"]*"/g, '')
    .replaceAll(/ in "[^"]*" enum/g, ' in its enum');
}

/** Leaves out what was sent: the object with a wrong field, a number for a text, a text where none may stand. */
function hideValues(message: string): string {
  return message
    .replace(/[,.;] found: [^]*$/i, '.')
    .replace(/\? found: [^]*$/i, '?')
    .replace(/(String cannot represent a non string value): [^]*$/, '$1.')
    .replace(/\b(found|Unexpected) (String|BlockString|Int|Float) "[^]*$/, '$1 $2.');
}
