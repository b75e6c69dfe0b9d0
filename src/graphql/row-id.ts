import { RequestError } from './errors.ts';

/** Greatest number of a row. */
const greatest = 2_147_483_647;

/** The number of a row from the inner part of a global id; 0, which no row has, when it is none. */
export function readRowId(id: string): number {
  const number = /^\d{1,10}$/.test(id) ? Number(id) : 0;
  return number <= greatest ? number : 0;
}

/**
 * The number of a row of a type, by its global id or by the number itself: both are taken wherever an id is asked for.
 *
 * @throws {RequestError} BAD_USER_INPUT when it is neither, or the id of something else.
 */
export function readId(type: string, id: string): number {
  if (/^\d+$/.test(id)) return readRowId(id);
  const [, given, inner] = /^(\w+):(.*)$/s.exec(Buffer.from(id, 'base64').toString('utf8')) ?? [];
  if (given === type && inner !== undefined) return readRowId(inner);
  const reason = given === undefined ? 'no id' : `the id of a ${given}`;
  throw new RequestError('BAD_USER_INPUT', `${JSON.stringify(id)} is ${reason}, not of a ${type}`);
}

/** The two ways to name a row in arguments. */
export interface NamedRow {
  readonly id?: string | null;
  readonly databaseId?: number | null;
}

/**
 * The number of the row that arguments name by `id` or `databaseId`; undefined when they do not.
 *
 * @throws {RequestError} BAD_USER_INPUT when they name it twice, or by the id of something else.
 */
export function readNamedRow(type: string, { id, databaseId }: NamedRow): number | undefined {
  if (typeof databaseId !== 'number') return isNone(id) ? undefined : readId(type, id);
  if (isNone(id)) return databaseId;
  throw new RequestError('BAD_USER_INPUT', 'give either "id" or "databaseId"');
}

function isNone(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}
