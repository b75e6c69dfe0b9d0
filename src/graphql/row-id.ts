/** Greatest number of a row. */
const greatest = 2_147_483_647;

/** The number of a row from the inner part of a global id; 0, which no row has, when it is none. */
export function readRowId(id: string): number {
  const number = /^\d{1,10}$/.test(id) ? Number(id) : 0;
  return number <= greatest ? number : 0;
}
