import type { Cluster } from '../engine/cluster.ts';
import { parseToken } from '../../names/account.ts';
import { HttpRefusal } from '../errors.ts';
import type { SimulatorRequest } from '../http/message.ts';
import type { Identity } from './permissions.ts';

/** Who a request comes from, by ticket or token; a refusal is a 401 with an empty body. */
export function authenticate(cluster: Cluster, request: SimulatorRequest): Identity {
  const header = request.headers?.['authorization'];
  const ticket = findTicket(request.headers?.['cookie']) ?? /^PVEAuthCookie=(.+)$/.exec(header ?? '')?.[1];
  if (ticket !== undefined) return checkTicket(cluster, decodeOnce(ticket), request);
  const token = /^PVEAPIToken(?:=|\s+)(.+)$/.exec(header ?? '')?.[1];
  if (token !== undefined) return checkToken(cluster, decodeOnce(token));
  throw new HttpRefusal(401, 'No ticket');
}

function findTicket(cookie: string | undefined): string | undefined {
  const match = /(?:^|\s|;)PVEAuthCookie=([^;]*)/.exec(cookie ?? '');
  return match?.[1];
}

function checkTicket(cluster: Cluster, ticket: string, request: SimulatorRequest): Identity {
  const now = cluster.nowSeconds();
  const user = cluster.tickets.checkTicket(ticket, now);
  if (user === undefined) throw refuseLogin(cluster, 'permission denied - invalid PVE ticket');
  checkUser(cluster, user);
  const csrf = request.headers?.['csrfpreventiontoken'] ?? '';
  if (request.method !== 'GET' && !cluster.tickets.checkCsrf(csrf, user, now)) {
    throw new HttpRefusal(401, 'Permission denied - invalid csrf token');
  }
  return { user };
}

function checkToken(cluster: Cluster, text: string): Identity {
  const parsed = parseToken(text);
  if (!parsed) {
    const isBare = !text.includes('!');
    throw refuseLogin(
      cluster,
      isBare ? 'no tokenid specified' : `'${text.split('=')[0]}' is not a valid token ID`,
    );
  }
  const { user, id, secret } = parsed;
  checkUser(cluster, user);
  const token = cluster.access.findToken(user, id);
  if (!token) throw refuseLogin(cluster, `no such token '${id}' for user '${user}'`);
  if (token.expire > 0 && token.expire <= cluster.nowSeconds()) {
    throw refuseLogin(cluster, `token '${user}!${id}' access expired`);
  }
  if (token.secret !== secret) throw refuseLogin(cluster, 'invalid token value!');
  return { user, token: id };
}

function checkUser(cluster: Cluster, id: string): void {
  const user = cluster.access.users.get(id);
  if (!user) throw refuseLogin(cluster, `no such user ('${id}')`);
  if (!user.enabled) throw refuseLogin(cluster, `user '${id}' is disabled`);
  if (user.expire > 0 && user.expire <= cluster.nowSeconds())
    throw refuseLogin(cluster, `user '${id}' access expired`);
}

function refuseLogin({ behaviour }: Cluster, reason: string): HttpRefusal {
  return new HttpRefusal(401, behaviour.specificRefusals ? reason : 'Authentication failed!');
}

/** Values may come URL-encoded or raw. A lone % stays as it is. */
function decodeOnce(text: string): string {
  return /%[0-9A-Fa-f]{2}/.test(text)
    ? text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text;
}
