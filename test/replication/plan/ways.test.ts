import { describe, expect, it } from 'vitest';
import type { ObservedStorage, ObservedTemplate } from '../../../src/inventory/observe/observation.ts';
import { planReplication } from '../../../src/replication/plan/plan-replication.ts';
import type { ReplicationPolicyInput } from '../../../src/replication/policy/policy.ts';
import { input, node, observe, storage, template } from './support/observed.ts';

/** A template on pve1 and what is planned for pve2. */
function plan(storages: ObservedStorage[], source: ObservedTemplate, policy: ReplicationPolicyInput = {}) {
  const observation = observe({ nodes: [node('pve1'), node('pve2')], storages, templates: [source] });
  const planned = planReplication(input(observation, { policy }));
  return { step: planned.steps[0], reason: planned.placements[1]?.reason };
}

function source(config: Record<string, string>, kind: 'qemu' | 'lxc' = 'qemu'): ObservedTemplate {
  return template({ vmid: 100, node: 'pve1', kind, config });
}

const san = (place: string, more: Partial<ObservedStorage> = {}) =>
  storage(`${place}/san`, { type: 'nfs', shared: true, ...more });
const thin = (place: string) => storage(`${place}/thin`, { type: 'lvmthin' });
const zfs = (place: string) => storage(`${place}/tank`, { type: 'zfspool' });
const lvm = (place: string) => storage(`${place}/vg`, { type: 'lvm' });
const local = (place: string) => storage(`${place}/local`);

const onSan = { scsi0: 'san:100/base-100-disk-0.qcow2,size=10G' };
const onLocal = { scsi0: 'local:100/base-100-disk-0.qcow2,size=10G' };
const onThin = { scsi0: 'thin:base-100-disk-0,size=10G' };
const onZfs = { scsi0: 'tank:base-100-disk-0,size=10G' };

describe('shared storage', () => {
  it('is cloned with target', () => {
    const { step } = plan(
      [san('pve1'), san('pve2')],
      source({ ...onSan, ide2: 'san:100/vm-100-cloudinit.qcow2,media=cdrom' }),
    );
    expect(step).toMatchObject({ way: 'SHARED_TARGET', clone: { target: 'pve2' }, migrate: undefined });
    expect(step?.storages).toEqual(['san']);
  });

  it('goes to the shared storage that the policy names', () => {
    const fast = ['pve1', 'pve2'].map((place) => storage(`${place}/fast`, { type: 'rbd', shared: true }));
    const { step } = plan([san('pve1'), san('pve2'), ...fast], source(onSan), { storage: { pve2: 'fast' } });
    expect(step).toMatchObject({
      way: 'SHARED_TARGET',
      clone: { target: 'pve2', storage: 'fast' },
      targetStorage: 'fast',
    });
  });

  it('that the target may not use leads elsewhere: the server itself would not notice', () => {
    const { step } = plan([san('pve1'), local('pve1'), local('pve2')], source(onSan));
    expect(step).toMatchObject({
      way: 'CONVERTING_CLONE',
      clone: { storage: 'local' },
      migrate: { target: 'pve2' },
    });
  });

  it('with an image in a local CD drive is migrated, which moves the configuration only', () => {
    const config = { ...onSan, ide2: 'local:iso/debian.iso,media=cdrom' };
    const { step } = plan([san('pve1'), san('pve2'), local('pve1'), local('pve2')], source(config));
    expect(step).toMatchObject({
      way: 'LOCAL_MIGRATE',
      clone: {},
      migrate: { target: 'pve2' },
      prepare: { detach: ['ide2'] },
    });
  });

  it('goes to local storage through a local storage of the source’s node', () => {
    const { step } = plan([san('pve1'), san('pve2'), local('pve1'), thin('pve2')], source(onSan), {
      storage: { pve2: 'thin' },
    });
    expect(step).toMatchObject({
      way: 'CONVERTING_CLONE',
      clone: { storage: 'local', format: 'raw' },
      migrate: { target: 'pve2', targetStorage: 'thin' },
      targetStorage: 'thin',
    });
  });
});

describe('local storage', () => {
  it('is cloned and migrated to the same name', () => {
    const { step } = plan([local('pve1'), local('pve2')], source(onLocal));
    expect(step).toMatchObject({
      way: 'LOCAL_MIGRATE',
      clone: {},
      migrate: { target: 'pve2' },
      targetStorage: undefined,
    });
  });

  it('goes to another storage by targetstorage where the bytes can be carried', () => {
    const { step } = plan([thin('pve1'), local('pve2')], source(onThin));
    expect(step).toMatchObject({
      way: 'LOCAL_MIGRATE_STORAGE',
      clone: {},
      migrate: { target: 'pve2', targetStorage: 'local' },
    });
  });

  it('is converted on its own node first where they cannot', () => {
    const { step } = plan([local('pve1'), thin('pve1'), thin('pve2')], source(onLocal));
    expect(step).toMatchObject({
      way: 'CONVERTING_CLONE',
      clone: { storage: 'thin', format: undefined },
      migrate: { target: 'pve2', targetStorage: undefined },
      storages: ['pve1/local', 'pve1/thin', 'pve2/thin'],
    });
  });

  it('becomes raw where only files are there to convert on', () => {
    const { step } = plan([local('pve1'), thin('pve2')], source(onLocal));
    expect(step).toMatchObject({
      way: 'CONVERTING_CLONE',
      clone: { storage: 'local', format: 'raw' },
      migrate: { targetStorage: 'thin' },
    });
  });

  it('of ZFS is cloned to something else first', () => {
    const { step } = plan([zfs('pve1'), thin('pve1'), local('pve2')], source(onZfs));
    expect(step).toMatchObject({
      way: 'CONVERTING_CLONE',
      clone: { storage: 'thin' },
      migrate: { targetStorage: 'local' },
    });
  });

  it('goes to shared storage by cloning there', () => {
    const { step } = plan([local('pve1'), san('pve1'), san('pve2')], source(onLocal));
    expect(step).toMatchObject({
      way: 'CONVERTING_CLONE',
      clone: { storage: 'san' },
      migrate: { target: 'pve2', targetStorage: undefined },
    });
  });

  it('that no longer takes images is left by a clone that names another one', () => {
    const bare = (place: string) => storage(`${place}/local`, { content: ['iso', 'snippets'] });
    const storages = [bare('pve1'), bare('pve2'), thin('pve1'), thin('pve2')];
    const { step } = plan(storages, source(onLocal));
    expect(step).toMatchObject({ way: 'CONVERTING_CLONE', clone: { storage: 'thin' }, migrate: {} });
    const { reason } = plan([bare('pve1'), thin('pve2')], source(onLocal));
    expect(reason?.code).toBe('FORMAT_NOT_CONVERTIBLE');
  });

  it('prefers carrying to converting', () => {
    const storages = [
      thin('pve1'),
      storage('pve2/tank', { type: 'zfspool', available: 2 ** 50 }),
      local('pve2'),
    ];
    expect(plan(storages, source(onThin)).step).toMatchObject({
      way: 'LOCAL_MIGRATE_STORAGE',
      targetStorage: 'local',
    });
  });
});

describe('no way', () => {
  it.each<
    [
      string,
      string,
      { storages: ObservedStorage[]; config: Record<string, string>; policy?: ReplicationPolicyInput },
    ]
  >([
    [
      'NO_STORAGE',
      'nothing on the target takes disks',
      { storages: [local('pve1'), storage('pve2/local', { content: ['iso'] })], config: onLocal },
    ],
    [
      'NO_STORAGE',
      'the target’s only storage is down',
      { storages: [local('pve1'), storage('pve2/local', { active: false })], config: onLocal },
    ],
    [
      'FORMAT_NOT_CONVERTIBLE',
      'ZFS alone here, files alone there',
      { storages: [zfs('pve1'), local('pve2')], config: onZfs },
    ],
    [
      'STORAGE_CANNOT_HOLD_BASES',
      'thick LVM',
      { storages: [lvm('pve1'), lvm('pve2')], config: { scsi0: 'vg:vm-100-disk-0,size=1G' } },
    ],
    [
      'STORAGE_CANNOT_HOLD_BASES',
      'nothing but thick LVM of another name',
      { storages: [local('pve1'), lvm('pve2')], config: onLocal },
    ],
    [
      'STORAGE_UNAVAILABLE',
      'the policy’s storage is missing',
      { storages: [local('pve1'), local('pve2')], config: onLocal, policy: { storage: { '*': 'nowhere' } } },
    ],
    [
      'STORAGE_UNAVAILABLE',
      'the source’s storage cannot be seen',
      { storages: [local('pve2')], config: onLocal },
    ],
    [
      'SOURCE_USES_HOST_DEVICES',
      'a disk of the host',
      { storages: [local('pve1'), local('pve2')], config: { scsi0: '/dev/sdb,size=1G' } },
    ],
  ])('%s: %s', (code, _, { storages, config, policy }) => {
    const { step, reason } = plan(storages, source(config), policy);
    expect(step).toBeUndefined();
    expect(reason?.code).toBe(code);
    expect(reason?.message.length).toBeGreaterThan(20);
  });

  it('but thick LVM where full clones are enough', () => {
    const storages = [lvm('pve1'), lvm('pve2')];
    const { step } = plan(storages, source({ scsi0: 'vg:vm-100-disk-0,size=1G' }), {
      fullCloneOnly: 'replicate',
    });
    expect(step?.way).toBe('LOCAL_MIGRATE');
  });
});

describe('containers', () => {
  it('may be cloned from local to shared storage with target', () => {
    const container = source({ rootfs: 'local:100/base-100-disk-0.raw,size=4G' }, 'lxc');
    const storages = [local('pve1'), local('pve2'), san('pve1'), san('pve2')];
    const { step } = plan(storages, container, { storage: { '*': 'san' } });
    expect(step).toMatchObject({
      guestKind: 'lxc',
      way: 'SHARED_TARGET',
      clone: { target: 'pve2', storage: 'san' },
    });
  });

  it('need storage for containers', () => {
    const container = source({ rootfs: 'local:100/base-100-disk-0.raw,size=4G' }, 'lxc');
    const { reason } = plan([local('pve1'), storage('pve2/local', { content: ['images'] })], container);
    expect(reason?.code).toBe('NO_STORAGE');
  });

  it('on ZFS go to ZFS', () => {
    const container = source({ rootfs: 'tank:basevol-100-disk-0,size=4G' }, 'lxc');
    expect(plan([zfs('pve1'), zfs('pve2')], container).step?.way).toBe('LOCAL_MIGRATE');
    expect(plan([zfs('pve1'), local('pve2')], container).reason?.code).toBe('FORMAT_NOT_CONVERTIBLE');
  });
});

describe('the copy', () => {
  it('is freed of what a replica must not inherit', () => {
    const config = {
      ...onLocal,
      protection: '1',
      onboot: '1',
      hookscript: 'local:snippets/hook.pl',
      ide2: 'none,media=cdrom',
    };
    const { step } = plan([local('pve1'), local('pve2')], source(config));
    expect(step?.prepare).toEqual({ detach: [], remove: ['protection', 'onboot'] });
  });

  it('keeps a hook script and an image that the target can reach', () => {
    const config = { ...onSan, hookscript: 'san:snippets/hook.pl', ide2: 'san:iso/debian.iso,media=cdrom' };
    const { step } = plan([san('pve1'), san('pve2')], source(config));
    expect(step).toMatchObject({ way: 'SHARED_TARGET', prepare: { detach: [], remove: [] } });
  });

  it('comes from a replica where that saves carrying the bytes, and stays of the original’s lineage', () => {
    const original = template({ vmid: 100, node: 'pve1' });
    const generation = original.details?.generation ?? '';
    const replica = template({ vmid: 201, node: 'pve2', config: onSan, marker: { generation } });
    const observation = observe({
      nodes: ['pve1', 'pve2', 'pve3'].map((name) => node(name)),
      storages: [
        local('pve1'),
        local('pve2'),
        local('pve3'),
        ...['pve1', 'pve2', 'pve3'].map((name) => san(name)),
      ],
      templates: [original, replica],
    });
    expect(planReplication(input(observation)).steps).toMatchObject([
      {
        sourceVmid: 100,
        sourceGeneration: generation,
        copyVmid: 201,
        copyNode: 'pve2',
        way: 'SHARED_TARGET',
      },
    ]);
  });
});
