import fc from 'fast-check';
import type { ClusterFacts } from '../../../../src/inventory/observe/cluster-facts.ts';
import type { ClusterObservation, ObservedTemplate } from '../../../../src/inventory/observe/observation.ts';
import type { PlanInput } from '../../../../src/replication/plan/plan.ts';
import { replicationPolicySchema } from '../../../../src/replication/policy/policy.ts';
import { gibibyte, node, observe, row, storage, template } from './observed.ts';

/** Nodes of every made-up cluster. */
export const names = ['pve1', 'pve2', 'pve3', 'pve4'];
const kinds = { local: 'dir', thin: 'lvmthin', tank: 'zfspool', vg: 'lvm', san: 'nfs', ceph: 'rbd' };
const shared = new Set(['san', 'ceph']);

const nodes = fc
  .tuple(
    ...names.map((name) =>
      fc.record({
        name: fc.constant(name),
        state: fc.oneof(
          { weight: 8, arbitrary: fc.constant('ONLINE' as const) },
          fc.constantFrom('OFFLINE' as const, 'UNKNOWN' as const),
        ),
        doubt: fc.boolean().map((one) => one && name === 'pve4'),
      }),
    ),
  )
  .map((all) =>
    all.map(({ name, state, doubt }) => node(name, { state, listed: state === 'ONLINE' && !doubt })),
  );

const storages = fc
  .array(
    fc.tuple(fc.constantFrom(...names), fc.constantFrom(...Object.keys(kinds)), fc.nat(200), fc.nat(9)),
    { maxLength: 16 },
  )
  .map((all) => [
    ...names.map((name) => storage(`${name}/local`, { available: 400 * gibibyte })),
    ...all
      .filter(([, name]) => name !== 'local')
      .filter(
        ([place, name], index, list) =>
          list.findIndex((one) => one[0] === place && one[1] === name) === index,
      )
      .map(([place, name, free, luck]) => {
        const type =
          kinds[name === 'thin' || name === 'tank' || name === 'vg' || name === 'san' ? name : 'ceph'];
        return storage(`${place}/${name}`, {
          type,
          shared: shared.has(name),
          available: free * gibibyte,
          active: luck > 0,
        });
      }),
  ]);

const disk = fc.constantFrom(
  'local:ID/base-ID-disk-0.qcow2',
  'local:ID/base-ID-disk-0.raw',
  'thin:base-ID-disk-0',
  'tank:base-ID-disk-0',
  'vg:vm-ID-disk-0',
  'san:ID/base-ID-disk-0.qcow2',
  'ceph:base-ID-disk-0',
);

/** Lines that say what a template has or wants of its host. */
const hostLines: fc.Arbitrary<Record<string, string>> = fc.constantFrom<Record<string, string>[]>(
  {},
  {},
  {},
  { serial0: '/dev/ttyS0' },
  { usb0: 'host=046d:c52b' },
  { hostpci0: 'mapping=gpu,pcie=1' },
  { sata0: 'cdrom,media=cdrom' },
  { sata1: 'oldnfs:iso/debian.iso,media=cdrom' },
  { hookscript: 'local:snippets/hook.pl', net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr1' },
  { cicustom: 'user=local:snippets/user.yaml' },
);

const someNodes = fc.subarray(names);
const perhaps = <Value>(key: string, value: Value) =>
  fc.boolean().map((one) => (one ? new Map([[key, value]]) : new Map<string, Value>()));

/** What may be known of a cluster beyond its lists. */
const facts: fc.Arbitrary<ClusterFacts> = fc
  .record({
    bridges: fc.oneof(perhaps('pve1', new Set(['vmbr0'])), perhaps('pve2', new Set(['vmbr0', 'vmbr1']))),
    files: fc.oneof(
      perhaps('pve1/local', new Set(['local:snippets/hook.pl'])),
      perhaps('pve3/local', new Set<string>()),
    ),
    lostStorages: fc.constantFrom(new Set<string>(), new Set(['oldnfs'])),
    mappings: someNodes.chain((list) => perhaps('pci/gpu', new Set(list))),
    rights: fc
      .tuple(
        fc.constantFrom('Mapping.Use', 'Mapping.Audit'),
        fc.constantFrom('Sys.Console', 'Sys.Audit'),
        fc.boolean(),
      )
      .map(([mapping, root, known]): ClusterFacts['rights'] =>
        known
          ? new Map([
              ['/mapping/pci/gpu', new Set<string>([mapping])],
              ['/', new Set<string>([root])],
            ])
          : new Map(),
      ),
    isRoot: fc.nat(5).map((luck) => luck === 0),
  })
  .chain((known) =>
    fc.subarray(names, { maxLength: 1 }).map((list) => ({ ...known, maintenance: new Set(list) })),
  );

interface Origin {
  place: string;
  volume: string;
  size: number;
  kind: 'qemu' | 'lxc';
  cd: boolean;
  lock: boolean;
  tag: string;
  host: Record<string, string>;
  twin: boolean;
}

const origin: fc.Arbitrary<Origin> = fc.record({
  place: fc.constantFrom(...names),
  volume: disk,
  size: fc.integer({ min: 1, max: 60 }),
  kind: fc.constantFrom('qemu' as const, 'qemu' as const, 'lxc' as const),
  cd: fc.boolean(),
  lock: fc.nat(9).map((luck) => luck === 0),
  tag: fc.constantFrom('gold', 'test'),
  host: hostLines,
  twin: fc.nat(3).map((luck) => luck === 0),
});

function makeOriginal(origin: Origin, index: number): ObservedTemplate {
  const { place, volume, size, kind, cd, lock, tag, host, twin } = origin;
  const vmid = 100 + index;
  const config = {
    [kind === 'qemu' ? 'scsi0' : 'rootfs']: `${volume.replaceAll('ID', String(vmid))},size=${size}G`,
    ...(cd && kind === 'qemu' && { ide2: 'local:iso/image.iso,media=cdrom' }),
    smbios1: `uuid=${vmid}`,
    ...host,
  };
  const more = { tags: [tag], lock: lock ? 'backup' : undefined };
  return template({ vmid, node: place, name: twin ? 'twin' : `t${vmid}`, kind, config, more });
}

/** Guests that were copied before: current, outdated, unmarked (known by row) or whose source is gone. */
const copy = fc.record({
  place: fc.constantFrom(...names),
  of: fc.nat(7),
  way: fc.constantFrom(
    'current' as const,
    'outdated' as const,
    'row' as const,
    'class' as const,
    'orphan' as const,
  ),
});

const policy = fc
  .record({
    mode: fc.constantFrom(
      'ALL_NODES' as const,
      'ALL_NODES' as const,
      'SELECTED' as const,
      'ON_DEMAND' as const,
    ),
    templates: fc.constantFrom({}, { include: { tags: ['gold'] } }, { exclude: { vmids: [100, 102] } }),
    nodes: fc.constantFrom({}, { exclude: ['pve3'] }, { include: ['pve1', 'pve2'] }),
    storage: fc.constantFrom({}, {}, { '*': 'san' }, { pve2: 'thin', '*': 'local' }),
    sharedStorage: fc.constantFrom('replicate' as const, 'skip' as const),
    fullCloneOnly: fc.constantFrom('replicate' as const, 'skip' as const),
    outdated: fc.constantFrom('replace' as const, 'keep' as const),
    orphans: fc.constantFrom('remove' as const, 'keep' as const),
    overcommit: fc.constantFrom(undefined, undefined, 1, 3),
    sameName: fc.constantFrom('separate' as const, 'one' as const),
  })
  .map((one) => replicationPolicySchema.parse(one));

/** What a planner may be given: nodes in any state, storages of all kinds, originals, copies, a policy, a request. */
export const planInput: fc.Arbitrary<PlanInput> = fc
  .record({
    nodes,
    storages,
    originals: fc.array(origin, { minLength: 1, maxLength: 6 }),
    copies: fc.array(copy, { maxLength: 8 }),
    policy,
    running: fc.array(fc.tuple(fc.nat(7), fc.constantFrom(...names)), { maxLength: 3 }),
    request: fc.option(
      fc.record({
        vmids: fc.constantFrom(undefined, [100, 101]),
        nodes: fc.constantFrom(undefined, ['pve2']),
      }),
      {
        nil: undefined,
      },
    ),
    facts: fc.option(facts, { nil: undefined }),
    classes: fc.boolean().map((one) => (one ? [{ classId: 5, nodes: ['pve1', 'pve3'] }] : [])),
  })
  .map(({ nodes, storages, originals, copies, running, ...rest }) => {
    const heads = originals.map(makeOriginal);
    const made = copies.map((one, index) => makeCopy(one, { heads, vmid: 500 + index }));
    const observation = observe({
      nodes,
      storages,
      templates: [...heads, ...made.map((one) => one.template)].map((one) => hideOffline(one, nodes)),
      gone: [99_999],
    });
    return {
      ...rest,
      observation,
      rows: made.flatMap((one) => one.row ?? []),
      running: running.map(([of, targetNode]) => ({
        kind: 'REPLICA',
        sourceVmid: 100 + of,
        targetNode,
        vmid: null,
      })),
    };
  });

function hideOffline(one: ObservedTemplate, all: ClusterObservation['nodes']): ObservedTemplate {
  return { ...one, seen: all.some(({ name, state }) => name === one.node && state === 'ONLINE') };
}

function makeCopy(
  { place, of, way }: { place: string; of: number; way: 'current' | 'outdated' | 'row' | 'class' | 'orphan' },
  { heads, vmid }: { heads: ObservedTemplate[]; vmid: number },
) {
  const head = heads[of % heads.length];
  const source = way === 'orphan' ? 99_999 : (head?.vmid ?? 100);
  const known = head?.details?.generation ?? '';
  const generation = way === 'outdated' ? 'f'.repeat(16) : known;
  const role = way === 'class' ? { kind: 'class-base' as const, classId: 5 } : {};
  const marker = way === 'row' ? undefined : { source, generation, ...role };
  return {
    template: template({ vmid, node: place, marker }),
    row: way === 'row' ? row(vmid, { isReplica: true, sourceVmid: source, node: place }) : undefined,
  };
}
