import type { ClassFacts, NodeFacts, StorageFacts } from '../../../src/classes/facts/class-facts.ts';
import type { GuestPlan, PlannedGuest } from '../../../src/classes/plan/class-plan.ts';

export const gib = 1024 ** 3;
export const generation = '0123456789abcdef';

export function makeStorage(change: Partial<StorageFacts> = {}): StorageFacts {
  return { name: 'local-lvm', type: 'lvmthin', shared: false, usable: true, available: 500 * gib, ...change };
}

export function makeNode(name: string, change: Partial<NodeFacts> = {}): NodeFacts {
  return { name, online: true, freeMemory: 64 * gib, storages: [makeStorage()], obstacles: [], ...change };
}

/** A class of one original (9000 on pve1) on three nodes with local thin storage, without any machine. */
export function makeFacts(change: Partial<ClassFacts> = {}): ClassFacts {
  return {
    order: {
      classId: 7,
      name: 'Linux 101',
      teacher: 'ada',
      namePattern: '<class>-<n>',
      vmids: { first: 10_000, last: 10_099 },
      nodes: [],
      start: false,
      allowFullClones: false,
    },
    source: {
      vmid: 9000,
      node: 'pve1',
      generation,
      kind: 'qemu',
      name: 'debian',
      drives: [{ drive: 'scsi0', use: 'DISK', storage: 'local-lvm' }],
      guest: { needs: { devices: [], cards: [], files: [] }, disks: [] },
      baseVolumes: true,
      canLink: true,
      bytes: 8 * gib,
      memory: gib,
      replicas: [],
      gone: false,
    },
    nodes: [makeNode('pve1'), makeNode('pve2'), makeNode('pve3')],
    taken: new Set([9000]),
    teacherPresent: false,
    bases: [],
    students: [],
    leaving: [],
    ...change,
  };
}

/** The same on storage that all nodes share. */
export function shareStorage(facts: ClassFacts): ClassFacts {
  const storages = [makeStorage({ name: 'ceph', type: 'rbd', shared: true })];
  return {
    ...facts,
    source: { ...facts.source, drives: [{ drive: 'scsi0', use: 'DISK', storage: 'ceph' }] },
    nodes: facts.nodes.map((node) => ({ ...node, storages })),
  };
}

/** The facts once a plan was carried out. */
export function applyPlan(facts: ClassFacts, plan: GuestPlan): ClassFacts {
  const free = Array.from({ length: 100 }, (_, index) => facts.order.vmids.first + index).filter(
    (vmid) => !facts.taken.has(vmid),
  );
  const vmids = new Map(plan.make.map(({ key }, index) => [key, free[index] ?? 0]));
  const removed = new Set(plan.remove.map(({ vmid }) => vmid));
  const of = (role: PlannedGuest['role']) => plan.make.filter((guest) => guest.role === role);
  return {
    ...facts,
    taken: new Set([...facts.taken, ...vmids.values()].filter((vmid) => !removed.has(vmid))),
    teacherPresent: facts.teacherPresent || of('TEACHER').length > 0,
    bases: [
      ...facts.bases.filter(({ vmid }) => !removed.has(vmid)),
      ...of('BASE').map(({ key, node, name }) => ({
        vmid: vmids.get(key) ?? 0,
        node,
        name,
        madeFrom: facts.source.generation,
        removable: true,
      })),
    ],
    students: [
      ...facts.students.filter(({ vmid }) => !removed.has(vmid)),
      ...of('STUDENT').map(({ key, number = 0, node, name, source, baseKey }) => ({
        number,
        vmid: vmids.get(key) ?? 0,
        node,
        name,
        baseVmid: source?.vmid ?? vmids.get(baseKey ?? ''),
        madeHere: true,
      })),
    ],
  };
}
