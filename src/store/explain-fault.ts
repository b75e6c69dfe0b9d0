import { z } from 'zod';
import type { HubError } from '../errors/hub-error.ts';
import { parseDatabaseUrl } from './database-url.ts';
import { explainPostgresqlError } from './postgresql/explain.ts';
import { explainSqliteError } from './sqlite/explain.ts';

/** What Prisma says of an error of the database itself. */
const driverError = z.object({
  meta: z.object({
    driverAdapterError: z.object({
      cause: z.object({
        kind: z.string(),
        originalCode: z.string().optional(),
        originalMessage: z.string().optional(),
      }),
    }),
  }),
});

/** Codes of SQLite that are the weather's, not the program's: no space, no right, no lock, a broken disk. */
const weather = /^SQLITE_(FULL|READONLY|IOERR|CANTOPEN|BUSY|CORRUPT|NOTADB|PERM)/;

/** Kinds of Prisma's for a PostgreSQL that does not answer, as codes of the network. */
const notReached = new Map([
  ['DatabaseNotReachable', 'ECONNREFUSED'],
  ['ConnectionClosed', 'ECONNRESET'],
  ['SocketTimeout', 'ETIMEDOUT'],
]);

/** Where the database is. */
interface DatabasePlace {
  /** A DATABASE_URL. */
  readonly url: string;
  /** Folder that a relative file counts from. */
  readonly folder?: string;
}

/** Says why an open database cannot be used, and what to do; undefined where the error is another one. */
export function explainStoreFault({ url, folder }: DatabasePlace, error: unknown): HubError | undefined {
  const parsed = driverError.safeParse(error);
  if (!parsed.success) return undefined;
  const { kind, originalCode = '', originalMessage = kind } = parsed.data.meta.driverAdapterError.cause;
  const location = parseDatabaseUrl(url, folder);
  const withCode = (code: string) => Object.assign(new Error(originalMessage), { code });
  if (location.provider === 'sqlite') {
    if (!weather.test(originalCode)) return undefined;
    return explainSqliteError(location.file, withCode(originalCode), 'used');
  }
  const code = notReached.get(kind);
  return code === undefined ? undefined : explainPostgresqlError(url, withCode(code), 'used');
}
