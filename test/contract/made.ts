import type { World } from '../../src/simulator/world.ts';
import type { RecordedRequest } from './line-forms.ts';
import type { Series } from './recording.ts';

/** What the requests of a series made: names by kind. */
export interface Makes {
  readonly guests: ReadonlySet<string>;
  readonly users: ReadonlySet<string>;
  readonly tokens: ReadonlySet<string>;
  readonly roles: ReadonlySet<string>;
  readonly pools: ReadonlySet<string>;
  /** Guests that it used before it made them, or without making them. */
  readonly others: ReadonlySet<string>;
}

/** Reads from the successful requests of a series what was not there before it. */
export function makesOf(series: Series): Makes {
  const makes = {
    guests: new Set<string>(),
    users: new Set<string>(),
    tokens: new Set<string>(),
    roles: new Set<string>(),
    pools: new Set<string>(),
  };
  const others = new Set<string>();
  for (const { request, response } of series.exchanges) {
    if (response.status !== 200) continue;
    const path = request.path.replace(/^\/api2\/\w+/, '').replace(/\?.*/, '');
    const used = /\/qemu\/(\d+)/.exec(path)?.[1];
    if (used !== undefined && !makes.guests.has(used)) others.add(used);
    if (request.method !== 'POST') continue;
    const guest = /\/qemu(?:\/\d+\/clone)?$/.test(path) ? readParameter(request, 'newid|vmid') : undefined;
    if (guest !== undefined && !others.has(guest)) makes.guests.add(guest);
    if (path === '/access/users') add(makes.users, readParameter(request, 'userid'));
    if (path === '/access/roles') add(makes.roles, readParameter(request, 'roleid'));
    if (path === '/pools') add(makes.pools, readParameter(request, 'poolid'));
    const [, user, token] = /^\/access\/users\/([^/]+)\/token\/([^/]+)$/.exec(path) ?? [];
    if (user !== undefined && token !== undefined) makes.tokens.add(`${decodeURIComponent(user)}!${token}`);
  }
  return { ...makes, others };
}

/** A world without what a series makes. */
export function removeMade(world: World, makes: Makes): World {
  const clusters = world.clusters.map((cluster) => ({
    ...cluster,
    guests: cluster.guests.filter((guest) => !makes.guests.has(String(guest.vmid))),
    users: cluster.users.filter((user) => !makes.users.has(user.id)),
    tokens: cluster.tokens.filter((token) => !makes.tokens.has(`${token.user}!${token.id}`)),
    roles: cluster.roles.filter((role) => !makes.roles.has(role.id)),
    acl: cluster.acl.filter((entry) => !makes.roles.has(entry.role) && !makes.users.has(entry.id)),
    pools: cluster.pools.filter((pool) => !makes.pools.has(pool.id)),
  }));
  return { clusters };
}

function add(names: Set<string>, name: string | undefined): void {
  if (name !== undefined) names.add(name);
}

/** A parameter of a form or JSON body; `name` may be alternatives. */
function readParameter({ body }: RecordedRequest, name: string): string | undefined {
  const value = new RegExp(`(?:^|&|")(?:${name})(?:=|"\\s*:\\s*"?)([^&",}]+)`).exec(body ?? '')?.[1];
  return value === undefined ? undefined : decodeURIComponent(value.trim());
}
