import { HubError } from '../errors/hub-error.ts';

/** What cannot be done with a database. */
export type Deed = 'opened' | 'used';

/** The database cannot be opened or used; the message says which, why, and what to do. */
export class DatabaseError extends HubError {}

/** The `code` of an error of the system, of SQLite or of PostgreSQL; empty where it has none. */
export function readErrorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
