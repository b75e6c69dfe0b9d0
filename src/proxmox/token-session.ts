import type { Authorization, Session } from './session.ts';

/** Every request carries the API token. There is nothing to renew: refused is refused. */
export function createTokenSession(token: string): Session {
  const plain = token.trim().replace(/^PVEAPIToken=/, '');
  const secret = plain.slice(plain.indexOf('=') + 1);
  const authorization: Authorization = {
    headers: { authorization: `PVEAPIToken=${plain}` },
    secrets: [plain, secret],
  };
  return { authorize: async () => authorization, refuse: () => false };
}
