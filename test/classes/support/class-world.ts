import type { WorldInput } from '../../../src/simulator/world.ts';

const gibibyte = 1024 ** 3;

type ClusterInput = WorldInput['clusters'][number];
type GuestInput = NonNullable<NonNullable<ClusterInput['guests']>[number]>;

export interface ClassWorld {
  /** Where the originals lie: `data` is a folder of each node, `thin` a thin pool of each, `nas` shared by all, `thick` plain LVM. */
  storage?: 'data' | 'thin' | 'nas' | 'thick';
  nodes?: number;
  /** Bytes written to each original's disk. */
  bytes?: number;
}

export const clusterId = 'lab';
export const user = 'hub@pve';
export const password = 'correct horse';
/** The original that classes are made from. */
export const original = 9000;
/** A machine of somebody else's. */
export const stranger = 200;

/** One cluster `lab` of pve1, pve2, … with the original 9000 and a machine of somebody else's, 200, both on pve1. */
export function buildClassWorld({
  storage = 'data',
  nodes = 3,
  bytes = gibibyte,
}: ClassWorld = {}): WorldInput {
  const names = Array.from({ length: nodes }, (_, index) => `pve${index + 1}`);
  return {
    clusters: [
      {
        id: clusterId,
        name: clusterId,
        nodes: names.map((name) => ({ name, memory: 256 * gibibyte })),
        storages: [
          { id: 'data', type: 'dir', content: ['images'], total: 4000 * gibibyte },
          { id: 'thin', type: 'lvmthin', content: ['images', 'rootdir'], total: 4000 * gibibyte },
          { id: 'nas', type: 'nfs', content: ['images'], total: 4000 * gibibyte },
          { id: 'thick', type: 'lvm', content: ['images'], total: 4000 * gibibyte },
        ],
        pools: [{ id: 'lab-pool' }],
        users: [{ id: user, password }],
        acl: [{ path: '/', type: 'user', id: user, role: 'Administrator' }],
        guests: [
          { ...makeGuest(original, { storage, bytes }), name: 'debian-12', template: true },
          { ...makeGuest(stranger, { storage: 'data', bytes: gibibyte / 4 }), name: 'somebodys' },
        ],
      },
    ],
  };
}

/** A machine on pve1 as it is written in a world. */
export function makeGuest(vmid: number, { storage, bytes }: { storage: string; bytes: number }): GuestInput {
  const format = storage === 'data' || storage === 'nas' ? 'qcow2' : 'raw';
  const uuid = `00000000-0000-4000-8000-${String(vmid).padStart(12, '0')}`;
  return {
    vmid,
    node: 'pve1',
    name: `machine-${vmid}`,
    config: {
      cores: '1',
      memory: '1024',
      ostype: 'l26',
      onboot: '1',
      tags: 'gold',
      smbios1: `uuid=${uuid}`,
      meta: 'creation-qemu=9.0.2,ctime=1720000000',
    },
    disks: [{ key: 'scsi0', storage, size: 2 * bytes, data: bytes, format }],
  };
}
