import { haStateSchema } from '../world.ts';
import { define } from './define-endpoint.ts';

const text = { in: 'body', type: 'string', optional: true } as const;
const number = { in: 'body', type: 'integer', optional: true, minimum: 0 } as const;
const node = { in: 'path', type: 'string', format: 'pve-node' } as const;
const proxied = { proxiedToNodeParam: true };
const all = { user: 'all' };

/** Endpoints about high availability, networks and mapped devices. */
export function listClusterEndpoints(): object[] {
  return [...listHa(), ...listNetworks()];
}

function listHa(): object[] {
  const may = { check: ['perm', '/', ['Sys.Console']] };
  const maySee = { check: ['perm', '/', ['Sys.Audit']] };
  const sid = { type: 'string' } as const;
  const details = {
    state: { ...text, enum: haStateSchema.options },
    comment: text,
    group: text,
    max_restart: number,
    max_relocate: number,
  };
  return [
    define('POST /cluster/ha/resources', may, { sid: { ...sid, in: 'body' }, type: text, ...details }),
    define('PUT /cluster/ha/resources/{sid}', may, { sid: { ...sid, in: 'path' }, digest: text, ...details }),
    define('GET /cluster/ha/status', all),
    define('GET /cluster/ha/status/manager_status', maySee),
  ];
}

function listNetworks(): object[] {
  const type = { in: 'query', type: 'string', optional: true } as const;
  return [
    define('GET /nodes/{node}/network', all, { node, type }, proxied),
    define('GET /nodes/{node}/sdn/zones', all, { node }, proxied),
    define('GET /cluster/sdn/zones', all, { type }),
    define('GET /cluster/sdn/vnets', all),
    ...['pci', 'usb', 'dir'].map((kind) =>
      define(`GET /cluster/mapping/${kind}`, all, { 'check-node': { ...type, format: 'pve-node' } }),
    ),
  ];
}
