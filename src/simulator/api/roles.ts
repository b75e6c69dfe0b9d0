import { parseTokenId } from '../../names/account.ts';
import { listPrivileges } from '../access/privileges.ts';
import { refuse, refuseParameters } from '../errors.ts';
import type { WorldAcl } from '../world.ts';
import type { ApiCall, Handlers } from './call.ts';

/** Roles and ACL entries. */
export const roleHandlers: Handlers = {
  'GET /access/roles': listRoles,
  'GET /access/roles/{roleid}': getRole,
  'POST /access/roles': createRole,
  'PUT /access/roles/{roleid}': updateRole,
  'DELETE /access/roles/{roleid}': deleteRole,
  'GET /access/acl': listAcl,
  'PUT /access/acl': updateAcl,
};

function listRoles({ cluster }: ApiCall): object[] {
  return cluster.access.listRoles().map(({ id, privileges }) => ({
    roleid: id,
    privs: privileges.join(','),
    special: cluster.access.isBuiltIn(id) ? 1 : 0,
  }));
}

function getRole({ cluster, parameters }: ApiCall): object {
  const id = parameters.require('roleid');
  const privileges = cluster.access.findRole(id);
  if (!privileges) throw refuse(`role '${id}' does not exist`);
  return Object.fromEntries(privileges.map((name) => [name, 1]));
}

function createRole(call: ApiCall): null {
  const { cluster, parameters } = call;
  const id = parameters.require('roleid');
  if (cluster.access.findRole(id)) throw refuse(`create role failed: role '${id}' already exists`);
  if (/^PVE/i.test(id))
    throw refuse(`create role failed: role ID can't start with the (case-insensitive) reserved prefix 'PVE'`);
  cluster.access.setRole({ id, privileges: readPrivileges(call) });
  return null;
}

function updateRole(call: ApiCall): null {
  const { cluster, parameters } = call;
  const id = parameters.require('roleid');
  const before = requireOwnRole(call, 'update');
  const kept = parameters.flag('append') ? before : [];
  cluster.access.setRole({ id, privileges: [...new Set([...kept, ...readPrivileges(call)])] });
  return null;
}

function deleteRole(call: ApiCall): null {
  requireOwnRole(call, 'delete');
  call.cluster.access.removeRole(call.parameters.require('roleid'));
  return null;
}

function requireOwnRole({ cluster, parameters }: ApiCall, what: string): readonly string[] {
  const id = parameters.require('roleid');
  const privileges = cluster.access.findRole(id);
  if (!privileges) throw refuse(`${what} role failed: role '${id}' does not exist`);
  if (cluster.access.isBuiltIn(id))
    throw refuse(`${what} role failed: auto-generated role '${id}' cannot be modified`);
  return privileges;
}

function readPrivileges({ cluster, parameters }: ApiCall): string[] {
  const known = new Set(listPrivileges(cluster.behaviour));
  const wanted = parameters.list('privs');
  const wrong = wanted.find((name) => !known.has(name));
  if (wrong !== undefined) throw refuse(`create role failed: invalid privilege '${wrong}'`);
  return wanted;
}

function listAcl({ cluster, identity }: ApiCall): object[] {
  const seesAll = cluster.permissions.has(identity, '/access', 'Sys.Audit');
  return cluster.access.acl
    .filter((entry) => seesAll || cluster.permissions.has(identity, entry.path, 'Permissions.Modify'))
    .map((entry) => ({
      path: entry.path,
      type: entry.type,
      ugid: entry.id,
      roleid: entry.role,
      propagate: entry.propagate ? 1 : 0,
    }));
}

function updateAcl(call: ApiCall): null {
  const { cluster, parameters } = call;
  const entries = readEntries(call);
  for (const entry of entries) {
    if (parameters.flag('delete')) cluster.access.removeAcl(entry);
    else cluster.access.setAcl(entry);
  }
  return null;
}

function readEntries({ cluster, parameters }: ApiCall): WorldAcl[] {
  const path = normalisePath(parameters.require('path'));
  const propagate = parameters.flag('propagate') ?? true;
  const kinds = [
    ['users', 'user'],
    ['groups', 'group'],
    ['tokens', 'token'],
  ] as const;
  const owners = kinds.flatMap(([name, type]) => parameters.list(name).map((id) => ({ type, id })));
  if (owners.length === 0) {
    const text = `either 'users', 'groups' or 'tokens' is required.`;
    throw refuseParameters({ users: text, groups: text, tokens: text });
  }
  return parameters.list('roles').flatMap((role) => {
    if (!cluster.access.findRole(role)) throw refuse(`ACL update failed: role '${role}' does not exist`);
    return owners.map((owner) => {
      requireOwner(cluster, owner);
      return { path, role, propagate, ...owner };
    });
  });
}

function requireOwner(
  { access }: ApiCall['cluster'],
  { type, id }: { type: WorldAcl['type']; id: string },
): void {
  const token = parseTokenId(id) ?? { user: id, id: '' };
  if (type === 'token' && !access.findToken(token.user, token.id)) {
    throw refuse(`ACL update failed: no such token '${token.id}' for user '${token.user}'`);
  }
  const isKnown = type === 'token' || (type === 'user' ? access.users.has(id) : access.groups.has(id));
  if (!isKnown) throw refuse(`ACL update failed: ${type} '${id}' does not exist`);
}

function normalisePath(path: string): string {
  const clean = `/${path
    .split('/')
    .filter((part) => part !== '')
    .join('/')}`;
  const isKnown = /^\/(?:$|(?:access|nodes|pool|sdn|storage|vms|mapping)(?:\/|$))/.test(clean);
  if (!isKnown) throw refuseParameters({ path: `invalid ACL path '${path}'` });
  return clean;
}
