import { isAbsolute, resolve } from 'node:path';
import { HubError } from '../errors/hub-error.ts';

/** Where the store lies: a SQLite file, or a PostgreSQL server. */
export type DatabaseLocation =
  | { readonly provider: 'sqlite'; readonly file: string }
  | { readonly provider: 'postgresql'; readonly url: string };

/** DATABASE_URL is of no known form. */
export class DatabaseUrlError extends HubError {}

/**
 * Reads a DATABASE_URL: `file:./data/hub.db`, `file:/abs/hub.db`, `postgres://…` or `postgresql://…`. Relative files
 * count from `folder`.
 */
export function parseDatabaseUrl(url: string, folder = process.cwd()): DatabaseLocation {
  if (/^postgres(ql)?:\/\//.test(url)) return { provider: 'postgresql', url };
  const file = /^file:(?:\/\/(?=\/))?(.+)$/.exec(url)?.[1]?.split('?')[0];
  if (file) return { provider: 'sqlite', file: isAbsolute(file) ? file : resolve(folder, file) };
  throw new DatabaseUrlError(
    'DATABASE_URL_INVALID',
    'DATABASE_URL must be file:<path> for SQLite or postgresql://… for PostgreSQL',
  );
}
