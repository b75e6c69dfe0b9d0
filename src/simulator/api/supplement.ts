/**
 * Endpoints that the given schema leaves out and a client or the recordings need, in the same form: creating a VM,
 * users, tokens, roles, ACLs, and the indexes. Creating a VM takes the options of its configuration.
 */

import { z } from 'zod';
import { define } from './define-endpoint.ts';
import { listClusterEndpoints } from './supplement-cluster.ts';

interface Given {
  readonly id: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

const text = { in: 'body', type: 'string', optional: true } as const;
const flag = { in: 'body', type: 'boolean', optional: true } as const;
const needed = { in: 'body', type: 'string' } as const;
const userid = { type: 'string', format: 'pve-userid', maxLength: 64 } as const;
const tokenid = { in: 'path', type: 'string', pattern: '(?:[A-Za-z][A-Za-z0-9.\\-_]+)' } as const;
const expire = { in: 'body', type: 'integer', optional: true, minimum: 0 } as const;
const node = { in: 'path', type: 'string', format: 'pve-node' } as const;

/** The additional endpoints; `given` are those of the schema. */
export function supplement(given: readonly Given[]): readonly unknown[] {
  return [
    ...listUsers(),
    ...listTokens(),
    ...listRoles(),
    ...listIndexes(),
    createVm(given),
    resizeDisk(given),
    ...listLxcPower(),
    ...listSnapshots(),
    ...listClusterEndpoints(),
  ];
}

function listUsers(): object[] {
  const path = { userid: { ...userid, in: 'path' } };
  const details = {
    comment: text,
    email: text,
    firstname: text,
    lastname: text,
    groups: { ...text, format: 'pve-groupid-list' },
    keys: text,
    enable: flag,
    expire,
  };
  const may = { check: ['userid-group', ['User.Modify']] };
  return [
    define(
      'GET /access/users',
      { user: 'all' },
      { enabled: { ...flag, in: 'query' }, full: { ...flag, in: 'query' } },
    ),
    define(
      'POST /access/users',
      { check: ['and', ['userid-param', 'Realm.AllocateUser'], ['userid-group', ['User.Modify']]] },
      { userid: { ...userid, in: 'body' }, password: { ...text, minLength: 5, maxLength: 64 }, ...details },
    ),
    define('GET /access/users/{userid}', { check: ['userid-group', ['User.Modify', 'Sys.Audit']] }, path),
    define('PUT /access/users/{userid}', may, {
      ...path,
      append: { ...flag, requires: 'groups' },
      ...details,
    }),
    define('DELETE /access/users/{userid}', may, path),
  ];
}

function listTokens(): object[] {
  const path = { userid: { ...userid, in: 'path' } };
  const one = { ...path, tokenid };
  const details = { comment: text, expire, privsep: flag };
  const may = { check: ['or', ['userid-param', 'self'], ['userid-group', ['User.Modify']]] };
  const base = '/access/users/{userid}/token';
  return [
    define(`GET ${base}`, may, path),
    define(`POST ${base}/{tokenid}`, may, { ...one, ...details }),
    define(`PUT ${base}/{tokenid}`, may, { ...one, ...details }),
    define(`DELETE ${base}/{tokenid}`, may, one),
  ];
}

function listRoles(): object[] {
  const path = { roleid: { in: 'path', type: 'string', format: 'pve-roleid' } };
  const may = { check: ['perm', '/access', ['Sys.Modify']] };
  const list = (format: string): object => ({ ...text, format });
  return [
    define('GET /access/roles', { user: 'all' }),
    define('GET /access/roles/{roleid}', { user: 'all' }, path),
    define('POST /access/roles', may, {
      roleid: { ...needed, format: 'pve-roleid' },
      privs: list('pve-priv-list'),
    }),
    define('PUT /access/roles/{roleid}', may, {
      ...path,
      privs: list('pve-priv-list'),
      append: { ...flag, requires: 'privs' },
    }),
    define('DELETE /access/roles/{roleid}', may, path),
    define('GET /access/acl', { user: 'all' }),
    define(
      'PUT /access/acl',
      { check: ['perm-modify', '{path}'] },
      {
        path: needed,
        roles: { ...needed, format: 'pve-roleid-list' },
        users: list('pve-userid-list'),
        groups: list('pve-groupid-list'),
        tokens: list('pve-tokenid-list'),
        propagate: flag,
        delete: flag,
      },
    ),
  ];
}

function listIndexes(): object[] {
  return [
    define('GET /', { user: 'all' }),
    define('GET /access', { user: 'all' }),
    define('GET /access/domains', { user: 'world' }),
    define('GET /cluster', { user: 'all' }),
    define(
      'PUT /cluster/options',
      { check: ['perm', '/', ['Sys.Modify']] },
      {
        'next-id': text,
        'tag-style': text,
        bwlimit: text,
        mac_prefix: text,
        keyboard: text,
        description: text,
        migration: text,
        delete: { ...text, format: 'pve-configid-list' },
      },
    ),
    define('GET /nodes/{node}', { user: 'all' }, { node }, { proxiedToNodeParam: true }),
    define(
      'GET /nodes/{node}/time',
      { check: ['perm', '/nodes/{node}', ['Sys.Audit']] },
      { node },
      { proxiedToNodeParam: true },
    ),
    define(
      'GET /nodes/{node}/qemu/{vmid}/status',
      { user: 'all' },
      { node, vmid: vmid('path') },
      { proxiedToNodeParam: true },
    ),
  ];
}

function createVm(given: readonly Given[]): object {
  const config = given.find((endpoint) => endpoint.id === 'POST /nodes/{node}/qemu/{vmid}/config');
  const { delete: _delete, revert: _revert, digest: _digest, ...options } = config?.parameters ?? {};
  return define(
    'POST /nodes/{node}/qemu',
    { user: 'all' },
    {
      ...options,
      node,
      vmid: vmid('body'),
      pool: { ...text, format: 'pve-poolid' },
      storage: { ...text, format: 'pve-storage-id' },
      start: flag,
      archive: { ...text, maxLength: 255 },
      unique: { ...flag, requires: 'archive' },
      bwlimit: { in: 'body', type: 'integer', optional: true, minimum: 0 },
    },
    { proxiedToNodeParam: true },
  );
}

function resizeDisk(given: readonly Given[]): object {
  const template = given.find((endpoint) => endpoint.id === 'POST /nodes/{node}/qemu/{vmid}/template');
  const disk = z.looseObject({}).catch({}).parse(template?.parameters['disk']);
  return define(
    'PUT /nodes/{node}/qemu/{vmid}/resize',
    { check: ['perm', '/vms/{vmid}', ['VM.Config.Disk']] },
    {
      node,
      vmid: vmid('path'),
      disk: { ...disk, in: 'body', optional: false },
      size: { ...needed, pattern: '\\+?\\d+(\\.\\d+)?[KMGT]?' },
      digest: { ...text, maxLength: 40 },
      skiplock: flag,
    },
    { proxiedToNodeParam: true },
  );
}

function listLxcPower(): object[] {
  const may = { check: ['perm', '/vms/{vmid}', ['VM.PowerMgmt']] };
  const proxied = { proxiedToNodeParam: true };
  const parameters = { node, vmid: vmid('path') };
  return [
    define(
      'POST /nodes/{node}/lxc/{vmid}/status/start',
      may,
      { ...parameters, skiplock: flag, debug: flag },
      proxied,
    ),
    define('POST /nodes/{node}/lxc/{vmid}/status/stop', may, { ...parameters, skiplock: flag }, proxied),
    define(
      'POST /nodes/{node}/lxc/{vmid}/status/shutdown',
      may,
      {
        ...parameters,
        timeout: { in: 'body', type: 'integer', optional: true, minimum: 0 },
        forceStop: flag,
      },
      proxied,
    ),
  ];
}

function listSnapshots(): object[] {
  const parameters = { node, vmid: vmid('path') };
  const made = {
    ...parameters,
    snapname: { ...needed, format: 'pve-configid', maxLength: 40 },
    description: text,
  };
  const may = { check: ['perm', '/vms/{vmid}', ['VM.Snapshot']] };
  const proxied = { proxiedToNodeParam: true };
  return [
    define('POST /nodes/{node}/qemu/{vmid}/snapshot', may, { ...made, vmstate: flag }, proxied),
    define('POST /nodes/{node}/lxc/{vmid}/snapshot', may, made, proxied),
    define(
      'GET /nodes/{node}/lxc/{vmid}/snapshot',
      { check: ['perm', '/vms/{vmid}', ['VM.Audit']] },
      parameters,
      proxied,
    ),
  ];
}

function vmid(place: 'path' | 'body'): object {
  return {
    in: place,
    type: 'integer',
    minimum: 100,
    maximum: 999_999_999,
    format: 'pve-vmid',
    was: { '7.4': { minimum: 1, maximum: null } },
  };
}
