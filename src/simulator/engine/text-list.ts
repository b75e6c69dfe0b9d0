/** Items of a list written with commas, semicolons, blanks or NULs between them. */
export function splitList(value: string): string[] {
  // oxlint-disable-next-line no-control-regex -- NUL is a separator of the API
  return value.split(/[,;\s\0]+/).filter((item) => item !== '');
}
