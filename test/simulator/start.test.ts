import { describe, expect, test } from 'vitest';
import { Lab, makeCluster } from './support.ts';

type Cluster = NonNullable<Parameters<typeof makeCluster>[0]>;

/** Starts guest 100 with these further lines. */
async function start(
  config: Record<string, string>,
  more: Cluster = {},
): Promise<{ exit: string; log: string[] }> {
  const lab = new Lab(makeCluster(more));
  await lab.control({ do: 'set-guest', vmid: 100, config });
  const result = await lab.run('POST', '/nodes/pve1/qemu/100/status/start');
  expect(lab.guest(100)?.running).toBe(result.exit === 'OK');
  return result;
}

const cloudinit = 'local:100/vm-100-cloudinit.qcow2,media=cdrom';
const snippet = {
  storage: 'local',
  node: 'pve1',
  name: 'snippets/user.yaml',
  format: 'raw',
  content: 'snippets',
  size: 1,
};

describe('what a start looks for', () => {
  test('a bridge, and 8.4 tells it in the log only', async () => {
    const { exit, log } = await start({ net0: 'virtio=BC:24:11:00:00:09,bridge=vmbr1' });
    expect(exit).toBe('start failed: QEMU exited with code 1');
    expect(log).toEqual([
      "bridge 'vmbr1' does not exist",
      'kvm: -netdev type=tap,id=net0,ifname=tap100i0,script=/usr/libexec/qemu-server/pve-bridge,downscript=/usr/libexec/qemu-server/pve-bridgedown,vhost=on: network script /usr/libexec/qemu-server/pve-bridge failed with status 512',
      'TASK ERROR: start failed: QEMU exited with code 1',
    ]);
  });

  test('9.x reads the bridge of a virtio card before QEMU runs', async () => {
    const version = '9.2.11';
    expect((await start({ net0: 'virtio=BC:24:11:00:00:09,bridge=vmbr1' }, { version })).exit).toBe(
      "bridge 'vmbr1' does not exist",
    );
    expect((await start({ net0: 'e1000=BC:24:11:00:00:09,bridge=vmbr1' }, { version })).exit).toBe(
      'start failed: QEMU exited with code 1',
    );
  });

  test('a virtual network that reaches the node is as good as a bridge', async () => {
    const net0 = 'virtio=BC:24:11:00:00:09,bridge=students';
    const vnets = (nodes: string[]) => [{ id: 'students', zone: 'campus', nodes }];
    expect((await start({ net0 }, { vnets: vnets(['pve1']) })).exit).toBe('OK');
    expect((await start({ net0 }, { vnets: vnets(['pve2']) })).exit).not.toBe('OK');
  });

  test('snippets of cloud-init, when there is a drive for it', async () => {
    const cicustom = 'user=local:snippets/user.yaml';
    expect((await start({ cicustom, ide2: cloudinit })).exit).toBe(
      "volume 'local:snippets/user.yaml' does not exist",
    );
    expect((await start({ cicustom })).exit).toBe('OK');
    expect((await start({ cicustom, ide2: cloudinit }, { volumes: [snippet] })).exit).toBe('OK');
    expect((await start({ cicustom: 'user=gone:snippets/user.yaml', ide2: cloudinit })).exit).toBe(
      "storage 'gone' does not exist",
    );
  });

  test('the hook script', async () => {
    const hookscript = 'local:snippets/user.yaml';
    expect((await start({ hookscript })).exit).toBe(
      "hookscript error for 100 on pre-start: script 'local:snippets/user.yaml' does not exist",
    );
    expect((await start({ hookscript }, { volumes: [snippet] })).exit).toBe('OK');
  });

  test.each([
    ['local:iso/debian.iso', "volume 'local:iso/debian.iso' does not exist"],
    ['oldnfs:iso/debian.iso', "storage 'oldnfs' does not exist"],
    ['none', 'OK'],
    ['cdrom', 'OK'],
  ])('the disc in a CD drive: %s', async (volume, exit) => {
    expect((await start({ sata0: `${volume},media=cdrom` })).exit).toBe(exit);
  });

  test('devices of the host, mapped or not', async () => {
    expect((await start({ hostpci0: 'mapping=gpu' })).exit).toBe("PCI device mapping not found for 'gpu'");
    expect((await start({ hostpci0: '01:00' })).exit).toBe("no PCI device found for '01:00'");
    expect((await start({ serial0: '/dev/ttyUSB0' })).exit).toBe('no such serial device');
    const nodes = [{ name: 'pve1', pci: ['0000:01:00.0'] }, { name: 'pve2' }];
    expect((await start({ hostpci0: '01:00', serial0: '/dev/ttyS0' }, { nodes })).exit).toBe('OK');
  });

  test('the storage still takes images', async () => {
    const lab = new Lab();
    await lab.control({ do: 'set-storage', storage: { id: 'local', type: 'dir', content: ['iso'] } });
    expect((await lab.run('POST', '/nodes/pve1/qemu/100/status/start')).exit).toBe(
      "storage 'local' does not support content-type 'images'",
    );
  });
});

describe('a volume that is in the way of a new one', () => {
  const template = (storage: string) => ({
    vmid: 9000,
    node: 'pve1',
    name: 'golden',
    template: true,
    disks: [
      { key: 'scsi0', storage, size: '1G' },
      { key: 'ide2', storage, size: '4M', cloudinit: true },
    ],
  });

  test.each([
    [
      'dir',
      '101/vm-101-cloudinit.qcow2',
      "disk image '/var/lib/vz/images/101/vm-101-cloudinit.qcow2' already exists",
    ],
    ['btrfs', '101/vm-101-cloudinit.raw', "disk image '/store/images/101/vm-101-cloudinit' already exists"],
    [
      'lvmthin',
      'vm-101-cloudinit',
      `lvcreate 'pve/vm-101-cloudinit' error:   Logical Volume "vm-101-cloudinit" already exists in volume group "pve"`,
    ],
    [
      'lvm',
      'vm-101-cloudinit',
      `lvcreate 'pve/vm-101-cloudinit' error:   Logical Volume "vm-101-cloudinit" already exists in volume group "pve"`,
    ],
    [
      'zfspool',
      'vm-101-cloudinit',
      "zfs error: cannot create 'tank/vm-101-cloudinit': dataset already exists",
    ],
    ['rbd', 'vm-101-cloudinit', "rbd create 'vm-101-cloudinit' error: rbd: create error: (17) File exists"],
  ] as const)('%s', async (type, name, refusal) => {
    const lab = new Lab(
      makeCluster({
        storages: [{ id: 'store', type, content: ['images'], options: { vgname: 'pve', pool: 'tank' } }],
        guests: [template('store')],
        volumes: [
          {
            storage: 'store',
            ...(type === 'rbd' ? {} : { node: 'pve1' }),
            name,
            vmid: 101,
            format: 'raw',
            size: '4M',
          },
        ],
      }),
    );
    const made = await lab.run('POST', '/nodes/pve1/qemu/9000/clone', { body: { newid: '101', full: '1' } });
    expect(made.exit).toBe(`clone failed: ${refusal}`);
    expect(lab.guest(101)).toBeUndefined();
    // What was there before stays.
    expect(lab.volumes().filter((volume) => volume.includes('101'))).toHaveLength(1);
    const elsewhere = await lab.run('POST', '/nodes/pve1/qemu/9000/clone', {
      body: { newid: '102', full: '1' },
    });
    expect(elsewhere.exit).toBe('OK');
  });

  test('a disk takes the next free number', async () => {
    const lab = new Lab(
      makeCluster({
        volumes: [
          {
            storage: 'local',
            node: 'pve1',
            name: '101/vm-101-disk-0.qcow2',
            vmid: 101,
            format: 'qcow2',
            size: 1,
          },
        ],
      }),
    );
    expect(
      (await lab.run('POST', '/nodes/pve1/qemu/9000/clone', { body: { newid: '101', full: '1' } })).exit,
    ).toBe('OK');
    expect(lab.guest(101)?.config['scsi0']).toContain('vm-101-disk-1');
  });
});

describe('protection', () => {
  test.each([
    ['scsi0', "can't remove drive 'scsi0' - protection mode enabled"],
    ['unused0', "can't remove unused disk 'local:100/vm-100-disk-9.qcow2' - protection mode enabled"],
  ])('keeps %s', async (key, reason) => {
    const lab = new Lab();
    const config = { protection: '1', unused0: 'local:100/vm-100-disk-9.qcow2' };
    await lab.control({ do: 'set-guest', vmid: 100, config });
    expect((await lab.call('PUT', '/nodes/pve1/qemu/100/config', { body: { delete: key } })).reason).toBe(
      reason,
    );
    await lab.control({ do: 'set-guest', vmid: 100, config: { protection: null } });
    expect((await lab.call('PUT', '/nodes/pve1/qemu/100/config', { body: { delete: key } })).status).toBe(
      200,
    );
  });
});
