import type { IncomingHttpHeaders } from 'node:http';
import { anyoneHere, bootstrapAdmin, type Caller } from '../access/caller.ts';
import { isSameHash, judgeToken } from '../access/judge-token.ts';
import type { TokenBook, Tokens } from '../access/token-book.ts';
import { hashSecret, parseToken } from '../access/token-text.ts';
import type { Clock } from '../time/clock.ts';
import { replyError, type Reply } from './answers/reply.ts';
import { createSiteCheck } from './foreign-site.ts';

/** Who sends a request, or the answer that refuses it. */
export type Judged = { readonly caller: Caller } | { readonly refused: Reply };

/** Finds out who sends a request by its headers; waits only where the store has to be asked. */
export type JudgeRequest = (headers: IncomingHttpHeaders) => Judged | Promise<Judged>;

/** What requests are judged by. */
export interface JudgeOptions {
  /** The token of the environment: its owner is an administrator. */
  readonly apiToken: string | undefined;
  readonly book: TokenBook;
  readonly clock: Clock;
}

/**
 * Makes the judge of all requests. A token is given as a bearer token, or (for browsers) as the password of basic
 * authentication. As long as no token was ever made and there is none in the environment, the server is bound to
 * loopback and answers whoever asks from this machine; a page of another site is refused.
 */
export function createJudge({ apiToken, book, clock }: JudgeOptions): JudgeRequest {
  const expected = apiToken === undefined ? undefined : hashSecret(apiToken);
  const findForeignSite = createSiteCheck();
  const judgeWith = (tokens: Tokens, given: string | undefined, headers: IncomingHttpHeaders): Judged => {
    if (expected === undefined && tokens.size === 0) {
      const foreign = findForeignSite(headers);
      return foreign === undefined ? { caller: anyoneHere } : { refused: replyError(403, foreign) };
    }
    const parsed = given === undefined ? undefined : parseToken(given);
    if (!parsed) return { refused: refuse(wantsToken, headers) };
    const verdict = judgeToken(tokens.get(parsed.id), hashSecret(parsed.secret), clock.now());
    if ('refused' in verdict) return { refused: refuse(reasons[verdict.refused], headers) };
    book.noteUse(parsed.id);
    return verdict;
  };
  return (headers) => {
    const given = headers.authorization === undefined ? undefined : readToken(headers.authorization);
    if (expected !== undefined) {
      if (given === undefined) return { refused: refuse(wantsToken, headers) };
      if (isSameHash(hashSecret(given), expected)) return { caller: bootstrapAdmin };
    }
    const tokens = book.known();
    if (tokens) return judgeWith(tokens, given, headers);
    return book.read().then((read) => judgeWith(read, given, headers));
  };
}

const wantsToken = 'this server asks for a token: send the header "Authorization: Bearer <token>"';

const reasons = {
  UNKNOWN: wantsToken,
  EXPIRED: 'the token has expired: ask an administrator to rotate it (hub token rotate)',
  REVOKED: 'the token was revoked: ask an administrator for another (hub token create)',
} as const;

/** Browsers ask their user for a password only where nothing but that is wanted. */
function refuse(message: string, { accept = '' }: IncomingHttpHeaders): Reply {
  const scheme = accept.includes('text/html') ? 'Basic' : 'Bearer';
  return replyError(401, message, { 'www-authenticate': `${scheme} realm="Template Hub"` });
}

function readToken(authorization: string): string | undefined {
  const [, scheme, value] = /^(Bearer|Basic) +(\S+) *$/i.exec(authorization) ?? [];
  if (scheme === undefined || value === undefined) return undefined;
  if (scheme.toLowerCase() === 'bearer') return value;
  const credentials = Buffer.from(value, 'base64').toString('utf8');
  return credentials.slice(credentials.indexOf(':') + 1);
}
