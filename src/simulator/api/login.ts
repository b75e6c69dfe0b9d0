import type { Identity } from '../access/permissions.ts';
import type { Cluster } from '../engine/cluster.ts';
import { ApiError } from '../errors.ts';
import type { ApiCall } from './call.ts';

/** `POST /access/ticket`: by password, or by a ticket that is still good. */
export function login({ cluster, parameters }: ApiCall): object {
  const name = parameters.require('username');
  const realm = parameters.text('realm');
  // A realm is put behind whatever the name is: it may have an @ of its own.
  const user = realm === undefined ? name : `${name}@${realm}`;
  if (!isAccepted(cluster, user, parameters.require('password')))
    throw new ApiError(401, 'authentication failure');
  const now = cluster.nowSeconds();
  const identity = { user };
  const mayAudit = cluster.permissions.has(identity, '/', 'Sys.Audit');
  return {
    username: user,
    ticket: cluster.tickets.issueTicket(user, now),
    CSRFPreventionToken: cluster.tickets.issueCsrf(user, now),
    cap: describeCapabilities(cluster, identity),
    ...(cluster.name !== null && mayAudit ? { clustername: cluster.name } : {}),
  };
}

function isAccepted(cluster: Cluster, id: string, password: string): boolean {
  const user = cluster.access.users.get(id);
  if (!user?.enabled || (user.expire > 0 && user.expire <= cluster.nowSeconds())) return false;
  if (user.password !== undefined && user.password === password) return true;
  const holder = cluster.tickets.checkTicket(password, cluster.nowSeconds());
  return holder === id || holder === 'root@pam';
}

const areas: readonly (readonly [area: string, path: string, pattern: RegExp, since: number])[] = [
  ['vms', '/vms', /^(?:VM\.|Permissions\.Modify$)/, 7],
  ['storage', '/storage', /^(?:Datastore\.|Permissions\.Modify$)/, 7],
  ['access', '/access', /^(?:User\.|Group\.|Permissions\.Modify$)/, 7],
  ['nodes', '/nodes', /^(?:Sys\.|Permissions\.Modify$)/, 7],
  ['dc', '/', /^(?:Sys\.Audit|Sys\.Modify|SDN\.)/, 7],
  ['sdn', '/sdn', /^(?:SDN\.|Permissions\.Modify$)/, 7],
  ['mapping', '/mapping', /^(?:Mapping\.|Permissions\.Modify$)/, 8],
];

/** The map of privilege groups that the web interface asks for at login. */
function describeCapabilities(cluster: Cluster, identity: Identity): object {
  const known = areas.filter(([, , , since]) => cluster.behaviour.major >= since);
  return Object.fromEntries(
    known.map(([area, path, pattern]) => {
      const held = [...cluster.permissions.find(identity, path).keys()].filter((name) => pattern.test(name));
      return [area, Object.fromEntries(held.map((name) => [name, 1]))];
    }),
  );
}
