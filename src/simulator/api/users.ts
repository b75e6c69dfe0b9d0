import { realmOf } from '../../names/account.ts';
import type { WorldUser } from '../world.ts';
import { refuse } from '../errors.ts';
import type { ApiCall, Handlers } from './call.ts';
import { listRealms } from './realms.ts';

/** Users of the cluster. */
export const userHandlers: Handlers = {
  'GET /access/users': listUsers,
  'POST /access/users': createUser,
  'GET /access/users/{userid}': getUser,
  'PUT /access/users/{userid}': updateUser,
  'DELETE /access/users/{userid}': deleteUser,
};

function listUsers(call: ApiCall): object[] {
  const { cluster, identity, parameters } = call;
  const seesAll = ['User.Modify', 'Sys.Audit'].some((privilege) =>
    cluster.permissions.has(identity, '/access/groups', privilege),
  );
  const enabled = parameters.flag('enabled');
  return [...cluster.access.users.values()]
    .filter((user) => seesAll || user.id === identity.user)
    .filter((user) => enabled === undefined || user.enabled === enabled)
    .map((user) => ({
      ...describeUser(user),
      ...(parameters.flag('full') ? describeDetails(call, user) : {}),
    }));
}

function describeUser(user: WorldUser): Record<string, unknown> {
  return {
    userid: user.id,
    enable: user.enabled ? 1 : 0,
    expire: user.expire,
    'realm-type': describeRealmType(realmOf(user.id)),
    ...(user.comment === undefined ? {} : { comment: user.comment }),
  };
}

function describeDetails({ cluster }: ApiCall, user: WorldUser): object {
  const tokens = cluster.access.listTokens(user.id).map((token) => ({
    tokenid: token.id,
    expire: token.expire,
    privsep: token.privsep ? 1 : 0,
    ...(token.comment === undefined ? {} : { comment: token.comment }),
  }));
  return { groups: user.groups.join(','), tokens };
}

function getUser({ cluster, parameters }: ApiCall): object {
  const user = cluster.access.users.get(parameters.require('userid'));
  if (!user) throw refuse(`no such user ('${parameters.require('userid')}')`);
  const tokens = cluster.access
    .listTokens(user.id)
    .map((token) => [token.id, { expire: token.expire, privsep: token.privsep ? 1 : 0 }] as const);
  return {
    enable: user.enabled ? 1 : 0,
    expire: user.expire,
    groups: user.groups,
    tokens: tokens.length > 0 ? Object.fromEntries(tokens) : null,
    ...(user.comment === undefined ? {} : { comment: user.comment }),
  };
}

function createUser(call: ApiCall): null {
  const { cluster, parameters } = call;
  const id = parameters.require('userid');
  if (cluster.access.users.has(id)) throw refuse(`create user failed: user '${id}' already exists`);
  requireRealm(call, id);
  cluster.access.setUser(readUser(call, { id, enabled: true, expire: 0, groups: [] }));
  return null;
}

function updateUser(call: ApiCall): null {
  const { cluster, parameters } = call;
  const id = parameters.require('userid');
  const user = cluster.access.users.get(id);
  if (!user) throw refuse(`update user failed: no such user ('${id}')`);
  cluster.access.setUser(readUser(call, user));
  return null;
}

function deleteUser({ cluster, parameters }: ApiCall): null {
  const id = parameters.require('userid');
  if (!cluster.access.users.has(id)) throw refuse(`delete user failed: no such user ('${id}')`);
  cluster.access.removeUser(id);
  return null;
}

function readUser({ parameters }: ApiCall, user: WorldUser): WorldUser {
  return {
    id: user.id,
    password: parameters.text('password') ?? user.password,
    enabled: parameters.flag('enable') ?? user.enabled,
    expire: parameters.integer('expire') ?? user.expire,
    groups: parameters.has('groups') ? parameters.list('groups') : user.groups,
    comment: parameters.text('comment') ?? user.comment,
  };
}

function describeRealmType(realm: string): string {
  return realm === 'pam' || realm === 'pve' ? realm : 'openid';
}

function requireRealm({ cluster }: ApiCall, id: string): void {
  const realm = realmOf(id);
  if (!listRealms(cluster.access).includes(realm))
    throw refuse(`create user failed: domain '${realm}' does not exist`);
}
