import { readPlainUrl } from '../../secrets/hide-url-password.ts';
import { describeError, HubError } from '../../errors/hub-error.ts';
import { DatabaseError, readErrorCode, type Deed } from '../database-error.ts';

/** Says why a database of PostgreSQL cannot be opened (or used), and what to do about it; the password is never shown. */
export function explainPostgresqlError(url: string, error: unknown, deed: Deed = 'opened'): HubError {
  if (error instanceof HubError) return error;
  const { code, reason, advice } = judge(findFirst(error));
  const message = `The database ${nameDatabase(url)} cannot be ${deed}: ${reason}.\n${advice}`;
  return new DatabaseError(code, message, { cause: error });
}

interface Judgement {
  readonly code: string;
  readonly reason: string;
  readonly advice: string;
}

const correctUrl = 'Correct DATABASE_URL: postgresql://user:password@host:5432/database';

/** SQLSTATEs and codes of the network, by what they mean here. */
const kinds: readonly (readonly [RegExp, Judgement | ((words: string) => Judgement)])[] = [
  [
    /^(ECONNREFUSED|ETIMEDOUT|ECONNRESET|EHOSTUNREACH|ENETUNREACH|57P03)$/,
    (words) => ({
      code: 'DATABASE_UNREACHABLE',
      reason: `PostgreSQL does not answer there (${words})`,
      advice: 'Start it, or correct DATABASE_URL.',
    }),
  ],
  [
    /^(ENOTFOUND|EAI_AGAIN)$/,
    { code: 'DATABASE_UNREACHABLE', reason: 'the host has no address', advice: correctUrl },
  ],
  [/^28/, { code: 'DATABASE_LOGIN', reason: 'it refuses the user or the password', advice: correctUrl }],
  [
    /^3D000$/,
    {
      code: 'DATABASE_MISSING',
      reason: 'the server has no database of this name',
      advice: 'Make it with createdb, or correct DATABASE_URL.',
    },
  ],
  [
    /^42501$/,
    (words) => ({
      code: 'DATABASE_RIGHTS',
      reason: words,
      advice: 'Make the user the owner of the database: ALTER DATABASE … OWNER TO …',
    }),
  ],
];

function judge(error: unknown): Judgement {
  const words = describeError(error);
  const code = readErrorCode(error);
  const found = kinds.find(([pattern]) => pattern.test(code))?.[1];
  if (found) return typeof found === 'function' ? found(words) : found;
  if (/timeout/i.test(words))
    return {
      code: 'DATABASE_UNREACHABLE',
      reason: 'it does not answer',
      advice: 'Start it, or correct DATABASE_URL.',
    };
  return { code: 'DATABASE_REFUSED', reason: words, advice: correctUrl };
}

/** Of a host with several addresses the reason of the first one: the error that gathers them says nothing. */
function findFirst(error: unknown): unknown {
  return error instanceof AggregateError && error.errors.length > 0 ? error.errors[0] : error;
}

function nameDatabase(url: string): string {
  const address = readPlainUrl(url);
  return address ? `${address.pathname.slice(1)} at ${address.host}` : 'of DATABASE_URL';
}
