import type { WorldInput } from '../../../src/simulator/world.ts';

const gibibyte = 1024 ** 3;

type GuestInput = NonNullable<NonNullable<WorldInput['clusters'][number]['guests']>[number]>;

export interface SmallWorld {
  nodes?: number;
  /** Templates on each node's local storage, dealt out to the nodes in turn. */
  local?: number;
  /** Templates on the storage all nodes share. */
  shared?: number;
  /** Bytes of each template's disk that are written. */
  bytes?: number;
  /** Templates with a cloud-init drive. */
  cloudinit?: boolean;
  /** Machines of other people. */
  foreign?: GuestInput[];
}

export const clusterId = 'lab';
export const user = 'hub@pve';
export const password = 'correct horse';

/** One cluster `lab` of pve1, pve2, …, with templates from vmid 9000 on and a machine of somebody else's, 200. */
export function buildWorld({
  nodes = 3,
  local = 1,
  shared = 1,
  bytes = 2 * gibibyte,
  cloudinit = false,
  foreign,
}: SmallWorld = {}): WorldInput {
  const names = Array.from({ length: nodes }, (_, index) => `pve${index + 1}`);
  const place = (index: number) => names[index % names.length] ?? 'pve1';
  const locals = Array.from({ length: local }, (_, index) =>
    buildTemplate(9000 + index, place(index), { storage: 'data', bytes, cloudinit }),
  );
  const shareds = Array.from({ length: shared }, (_, index) =>
    buildTemplate(9500 + index, place(index), { storage: 'nas', bytes, cloudinit }),
  );
  const others = foreign ?? [machine(200, place(0))];
  return {
    clusters: [
      {
        id: clusterId,
        name: clusterId,
        nodes: names.map((name) => ({ name })),
        storages: [
          { id: 'data', type: 'dir', content: ['images'], total: 4000 * gibibyte },
          { id: 'nas', type: 'nfs', content: ['images'], total: 4000 * gibibyte },
        ],
        users: [{ id: user, password }],
        acl: [{ path: '/', type: 'user', id: user, role: 'Administrator' }],
        guests: [...locals, ...shareds, ...others],
      },
    ],
  };
}

export function buildTemplate(
  vmid: number,
  node: string,
  {
    storage,
    bytes,
    size = 2 * bytes,
    cloudinit = false,
  }: { storage: string; bytes: number; size?: number; cloudinit?: boolean },
): GuestInput {
  const generated = { key: 'ide2', storage, size: 4 * 1024 ** 2, cloudinit: true };
  return {
    vmid,
    node,
    name: `template-${vmid}`,
    template: true,
    config: identity(vmid),
    disks: [{ key: 'scsi0', storage, size, data: bytes, format: 'qcow2' }, ...(cloudinit ? [generated] : [])],
  };
}

export function machine(vmid: number, node: string, name = `machine-${vmid}`): GuestInput {
  const disks = [
    { key: 'scsi0', storage: 'data', size: gibibyte, data: gibibyte / 4, format: 'qcow2' as const },
  ];
  return { vmid, node, name, config: identity(vmid), disks };
}

function identity(vmid: number): Record<string, string> {
  const uuid = `00000000-0000-4000-8000-${String(vmid).padStart(12, '0')}`;
  return {
    cores: '1',
    memory: '1024',
    ostype: 'l26',
    smbios1: `uuid=${uuid}`,
    meta: 'creation-qemu=9.0.2,ctime=1720000000',
  };
}
