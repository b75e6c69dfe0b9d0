import type { ApiCall, Handlers } from './call.ts';
import { login } from './login.ts';
import { listOwnPermissions } from './own-permissions.ts';
import { listRealms } from './realms.ts';
import { roleHandlers } from './roles.ts';
import { tokenHandlers } from './tokens.ts';
import { userHandlers } from './users.ts';

/** Login, users, tokens, roles and ACLs. */
export const accessHandlers: Handlers = {
  'GET /access': () => ['users', 'groups', 'domains', 'acl', 'roles', 'ticket'].map((subdir) => ({ subdir })),
  'GET /access/domains': listDomains,
  'GET /access/ticket': () => null,
  'POST /access/ticket': login,
  'GET /access/permissions': listOwnPermissions,
  ...userHandlers,
  ...tokenHandlers,
  ...roleHandlers,
};

function listDomains({ cluster }: ApiCall): object[] {
  const others = listRealms(cluster.access).filter((realm) => realm !== 'pam' && realm !== 'pve');
  return [
    { realm: 'pam', type: 'pam', comment: 'Linux PAM standard authentication' },
    { realm: 'pve', type: 'pve', comment: 'Proxmox VE authentication server' },
    ...others.map((realm) => ({ realm, type: 'openid' })),
  ];
}
