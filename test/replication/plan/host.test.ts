/** What a template has of its host, or wants of its target: refused, kept or emptied, and said. */
import { describe, expect, it } from 'vitest';
import { unknownFacts, type ClusterFacts } from '../../../src/inventory/observe/cluster-facts.ts';
import type { ObservedStorage } from '../../../src/inventory/observe/observation.ts';
import { planReplication } from '../../../src/replication/plan/plan-replication.ts';
import { input, node, observe, storage, template } from './support/observed.ts';

const local = ['pve1', 'pve2'].map((place) => storage(`${place}/local`));
const san = ['pve1', 'pve2'].map((place) => storage(`${place}/san`, { type: 'nfs', shared: true }));
const onLocal = { scsi0: 'local:100/base-100-disk-0.qcow2,size=10G' };
const onSan = { scsi0: 'san:100/base-100-disk-0.qcow2,size=10G' };

interface Given {
  config: Record<string, string>;
  facts?: Partial<ClusterFacts>;
  storages?: ObservedStorage[];
  kind?: 'qemu' | 'lxc';
}

/** A template on pve1 with these lines, and what is planned for pve2. */
function plan({ config, facts = {}, storages = local, kind }: Given) {
  const source = template({ vmid: 100, node: 'pve1', config, kind });
  const observation = observe({ nodes: [node('pve1'), node('pve2')], storages, templates: [source] });
  const planned = planReplication(input(observation, { facts: { ...unknownFacts, ...facts } }));
  const placement = planned.placements.find((one) => one.node === 'pve2');
  const warnings = (placement?.warnings ?? []).map(({ code }) => code);
  return { step: planned.steps[0], reason: placement?.reason, warnings, placement };
}

const right = (path: string, ...names: string[]) => ({ rights: new Map([[path, new Set(names)]]) });

describe('a device of the host', () => {
  it.each([
    ['usb0', 'host=046d:c52b,usb3=1'],
    ['usb1', '046d:c52b'],
    ['hostpci0', '0000:01:00,pcie=1'],
    ['hostpci1', 'host=01:00.0'],
    ['serial0', '/dev/ttyS0'],
    ['parallel0', '/dev/parport0'],
    ['ivshmem', 'size=32,name=shared'],
  ])('%s: %s is refused before anything is copied', (key, value) => {
    const { step, reason } = plan({ config: { ...onLocal, [key]: value } });
    expect(step).toBeUndefined();
    expect(reason?.code).toBe('SOURCE_USES_HOST_DEVICES');
    expect(reason?.message).toContain(`qm set 100 --delete ${key}`);
  });

  it.each([
    ['usb0', 'spice'],
    ['usb0', 'host=spice,usb3=1'],
    ['serial0', 'socket'],
    ['rng0', 'source=/dev/urandom'],
    ['vga', 'serial0'],
  ])('%s: %s is made by QEMU itself', (key, value) => {
    expect(plan({ config: { ...onLocal, [key]: value } }).step).toBeDefined();
  });

  it('that only stops a migration is taken along on shared storage, with a warning', () => {
    const { step, warnings } = plan({ config: { ...onSan, serial0: '/dev/ttyS0' }, storages: san });
    expect(step?.way).toBe('SHARED_TARGET');
    expect(warnings).toContain('HOST_DEVICE');
    expect(plan({ config: { ...onSan, usb0: '046d:c52b' }, storages: san }).step).toBeUndefined();
  });

  it('does root no harm on shared storage, and stops its migrations, too', () => {
    const config = { ...onSan, usb0: '046d:c52b' };
    expect(plan({ config, storages: san, facts: { isRoot: true } }).step).toBeDefined();
    const moved = plan({ config: { ...onLocal, usb0: '046d:c52b' }, facts: { isRoot: true } });
    expect(moved.reason?.code).toBe('SOURCE_USES_HOST_DEVICES');
  });
});

describe('a mapped device', () => {
  const config = { ...onLocal, hostpci0: 'mapping=gpu,pcie=1' };
  const mappings = (...nodes: string[]) => ({ mappings: new Map([['pci/gpu', new Set(nodes)]]) });

  it.each([
    ['hostpci0', 'mapping=gpu', '/mapping/pci/gpu'],
    ['usb0', 'mapping=key,usb3=1', '/mapping/usb/key'],
    ['virtiofs0', 'share,cache=auto', '/mapping/dir/share'],
    ['rng0', 'source=/dev/hwrng', '/mapping/hwrng'],
  ])('%s: %s wants a right on %s', (key, value, path) => {
    const lacking = plan({ config: { ...onLocal, [key]: value }, facts: right(path, 'Mapping.Audit') });
    expect(lacking.reason?.code).toBe('RIGHT_MISSING');
    expect(lacking.reason?.message).toContain(`Mapping.Use on ${path}`);
    expect(
      plan({ config: { ...onLocal, [key]: value }, facts: right(path, 'Mapping.Use') }).step,
    ).toBeDefined();
    expect(plan({ config: { ...onLocal, [key]: value } }).step).toBeDefined();
  });

  it('goes only to nodes that have something under its name', () => {
    const rights = right('/mapping/pci/gpu', 'Mapping.Use');
    expect(plan({ config, facts: { ...rights, ...mappings('pve1', 'pve2') } }).step).toBeDefined();
    const { reason } = plan({ config, facts: { ...rights, ...mappings('pve1') } });
    expect(reason).toMatchObject({
      code: 'SOURCE_USES_HOST_DEVICES',
      message: expect.stringContaining('Node pve2'),
    });
  });

  it('that the target lacks is a warning where nothing is moved', () => {
    const shared = { ...onSan, hostpci0: 'mapping=gpu' };
    const { step, warnings } = plan({ config: shared, storages: san, facts: mappings('pve1') });
    expect(step?.way).toBe('SHARED_TARGET');
    expect(warnings).toEqual(['MAPPING_MISSING']);
  });
});

describe('a CD drive', () => {
  it.each(['cdrom', '/dev/sr0'])('of the host (%s) wants Sys.Console, and is emptied on the way', (drive) => {
    const config = { ...onLocal, sata0: `${drive},media=cdrom` };
    expect(plan({ config, facts: right('/', 'Sys.Audit') }).reason?.code).toBe('RIGHT_MISSING');
    const { step, warnings } = plan({ config, facts: right('/', 'Sys.Console') });
    expect(step?.prepare.detach).toEqual(['sata0']);
    expect(warnings).toEqual(['CD_EMPTIED']);
  });

  it('with an image of local storage is emptied, and that is said; an empty one is not spoken of', () => {
    const iso = plan({ config: { ...onLocal, ide2: 'local:iso/debian.iso,media=cdrom' } });
    expect(iso.step?.prepare.detach).toEqual(['ide2']);
    expect(iso.warnings).toEqual(['CD_EMPTIED']);
    expect(plan({ config: { ...onLocal, ide2: 'none,media=cdrom' } }).warnings).toEqual([]);
  });

  it('with an image of a storage that is gone is refused by its name', () => {
    const config = { ...onLocal, sata0: 'oldnfs:iso/debian.iso,media=cdrom' };
    const { reason } = plan({ config, facts: { lostStorages: new Set(['oldnfs']) } });
    expect(reason?.code).toBe('SOURCE_ISO_LOST');
    expect(reason?.message).toContain('qm set 100 --sata0 none,media=cdrom');
    expect(plan({ config }).step).toBeDefined();
  });
});

describe('what a start looks for', () => {
  it('is warned of where the target lacks it', () => {
    const config = { ...onLocal, net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr1', net1: 'e1000,bridge=vnet7' };
    const bridges = (...names: string[]) => ({ bridges: new Map([['pve2', new Set(names)]]) });
    expect(plan({ config, facts: bridges('vmbr0', 'vmbr1') }).warnings).toEqual(['BRIDGE_MISSING']);
    expect(plan({ config, facts: bridges('vmbr0', 'vmbr1', 'vnet7') }).warnings).toEqual([]);
    expect(plan({ config }).warnings).toEqual([]);
    const container = { rootfs: 'local:100/x.raw,size=1G', net0: 'name=eth0,bridge=vmbr1,type=veth' };
    expect(plan({ config: container, kind: 'lxc', facts: bridges('vmbr0') }).warnings).toEqual([
      'BRIDGE_MISSING',
    ]);
  });

  it.each(['hookscript', 'cicustom'])(
    '%s: the file is kept, and missed only where that is certain',
    (key) => {
      const volume = 'local:snippets/a.yaml';
      const config = { ...onLocal, [key]: key === 'cicustom' ? `user=${volume}` : volume };
      const files = (...names: string[]) => ({ files: new Map([['pve2/local', new Set(names)]]) });
      const missing = plan({ config, facts: files('local:snippets/b.yaml') });
      expect(missing.step?.prepare.remove).toEqual([]);
      expect(missing.warnings).toEqual(['SNIPPET_MISSING']);
      expect(plan({ config, facts: files(volume) }).warnings).toEqual([]);
      expect(plan({ config }).warnings).toEqual([]);
    },
  );

  it('a hook script that the target lacks is taken off by root alone, as Proxmox has it', () => {
    const config = { ...onLocal, hookscript: 'local:snippets/hook.pl' };
    const files = new Map([['pve2/local', new Set<string>()]]);
    const byRoot = plan({ config, facts: { isRoot: true, files } });
    expect(byRoot.step?.prepare.remove).toEqual(['hookscript']);
    expect(byRoot.warnings).toEqual(['HOOK_SCRIPT_REMOVED']);
    expect(plan({ config, facts: { isRoot: true } }).step?.prepare.remove).toEqual([]);
  });

  it('a snippet of a storage that the target does not have is missing', () => {
    const only = [...local, storage('pve1/scripts', { content: ['snippets'] })];
    const config = { ...onLocal, cicustom: 'user=scripts:snippets/a.yaml,meta=scripts:snippets/b.yaml' };
    expect(plan({ config, storages: only }).warnings).toEqual(['SNIPPET_MISSING', 'SNIPPET_MISSING']);
  });
});

it('a template without a disk is copied, and warned of', () => {
  expect(plan({ config: { ide2: 'none,media=cdrom' } })).toMatchObject({ warnings: ['NO_DISK'] });
});

it('a node in maintenance gets no copies, and keeps what it has', () => {
  const source = template({ vmid: 100, node: 'pve1' });
  const replica = template({
    vmid: 101,
    node: 'pve2',
    marker: { source: 100, generation: source.details?.generation },
  });
  const facts = { ...unknownFacts, maintenance: new Set(['pve2']) };
  const around = { nodes: [node('pve1'), node('pve2')], storages: local };
  const placementOf = (templates: Parameters<typeof observe>[0]['templates']) =>
    planReplication(input(observe({ ...around, templates }), { facts })).placements[1];
  expect(placementOf([source])).toMatchObject({
    status: 'NOT_POSSIBLE',
    reason: { code: 'NODE_IN_MAINTENANCE' },
  });
  expect(placementOf([source, replica])).toMatchObject({ status: 'PRESENT' });
});
