import { HubError } from '../../errors/hub-error.ts';
import { formatToken, parseToken } from '../../names/account.ts';
import type { Authorization, Session } from './session.ts';

/**
 * Every request carries the API token. There is nothing to renew: refused is refused.
 * Throws a HubError (NO_CREDENTIALS) when the text is no token.
 */
export function createTokenSession(text: string): Session {
  const token = parseToken(text);
  if (!token) throw new HubError('NO_CREDENTIALS', 'The API token must be user@realm!tokenid=secret.');
  const plain = formatToken(token);
  const authorization: Authorization = {
    headers: { authorization: `PVEAPIToken=${plain}` },
    secrets: [plain, token.secret],
  };
  return { authorize: async () => authorization, refuse: () => false };
}
