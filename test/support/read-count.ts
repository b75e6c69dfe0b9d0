/** An option that is a number of something. @throws {RangeError} when it is no whole number. */
export function readCount(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new RangeError(`${text} is no whole number`);
}
