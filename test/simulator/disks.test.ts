import { describe, expect, test } from 'vitest';
import { Lab, makeCluster } from './support.ts';

const gibi = 1024 ** 3;

type Type = 'dir' | 'nfs' | 'btrfs' | 'lvmthin' | 'lvm' | 'zfspool' | 'rbd';

/** One node with a storage of the type. */
function makeLab(type: Type = 'dir'): Lab {
  const iso = { name: 'iso/x.iso', format: 'iso', content: 'iso', size: 400 * 1024 };
  return new Lab(
    makeCluster({
      storages: [{ id: 'local', type, path: '/var/lib/vz', content: ['images', 'iso'] }],
      volumes: [{ storage: 'local', ...(type === 'nfs' ? {} : { node: 'pve1' }), ...iso }],
      guests: [
        {
          vmid: 9000,
          node: 'pve1',
          name: 'golden',
          template: true,
          disks: [{ key: 'scsi0', storage: 'local', size: gibi, data: gibi }],
        },
      ],
    }),
  );
}

const create = (lab: Lab, drives: Record<string, string>) =>
  lab.run('POST', '/nodes/pve1/qemu', { body: { vmid: '150', ...drives } });

describe('disks of the firmware', () => {
  const drives = {
    efidisk0: 'local:1,pre-enrolled-keys=0,format=qcow2,efitype=4m',
    tpmstate0: 'local:1,version=v2.0',
  };

  test('have their own sizes whatever is asked, and are copied with these', async () => {
    const lab = makeLab();
    const { log } = await create(lab, drives);
    expect(log.filter((line) => line.includes('successfully created'))).toEqual([
      "efidisk0: successfully created disk 'local:150/vm-150-disk-0.qcow2,efitype=4m,pre-enrolled-keys=0,size=528K'",
      "tpmstate0: successfully created disk 'local:150/vm-150-disk-1.raw,size=4M,version=v2.0'",
    ]);
    expect(log).toContain('transferred 528.0 KiB of 528.0 KiB (100.00%)');
    const copied = await lab.run('POST', '/nodes/pve1/qemu/150/clone', { body: { newid: '151' } });
    expect(copied.log.filter((line) => line.startsWith('transferred'))).toEqual([
      'transferred 0.0 B of 4.0 MiB (0.00%)',
      'transferred 4.0 MiB of 4.0 MiB (100.00%)',
    ]);
    expect(lab.guest(151)?.config).toMatchObject({
      efidisk0: 'local:151/vm-151-disk-0.qcow2,efitype=4m,pre-enrolled-keys=0,size=528K',
      tpmstate0: 'local:151/vm-151-disk-1.raw,size=4M,version=v2.0',
    });
  });

  test('are small when the firmware is', async () => {
    const lab = makeLab();
    await create(lab, { efidisk0: 'local:1' });
    expect(lab.guest(150)?.config['efidisk0']).toBe('local:150/vm-150-disk-0.raw,size=128K');
  });

  test.each([
    ['lvmthin', '4M'],
    ['zfspool', '1M'],
    ['rbd', '1M'],
  ] as const)('are rounded up by %s', async (type, size) => {
    const lab = makeLab(type);
    await create(lab, { efidisk0: 'local:1,efitype=4m' });
    expect(lab.guest(150)?.config['efidisk0']).toBe(`local:vm-150-disk-0,efitype=4m,size=${size}`);
  });
});

describe('a new disk', () => {
  test('has its size in whole KiB, and its options by name', async () => {
    const lab = makeLab();
    await create(lab, { scsi0: 'local:0.0156,ssd=1,format=qcow2,discard=on' });
    expect(lab.guest(150)?.config['scsi0']).toBe(
      'local:150/vm-150-disk-0.qcow2,discard=on,size=16358K,ssd=1',
    );
  });

  test('for cloud-init is empty at first, and filled at a start', async () => {
    const lab = makeLab();
    const made = await create(lab, { ide2: 'local:cloudinit', ciuser: 'x' });
    expect(made.log).toContain(
      "ide2: successfully created disk 'local:150/vm-150-cloudinit.qcow2,media=cdrom'",
    );
    expect(made.log).not.toContain('generating cloud-init ISO');
    const started = await lab.run('POST', '/nodes/pve1/qemu/150/status/start');
    expect(started.log).toEqual(['generating cloud-init ISO', 'TASK OK']);
  });

  test('for cloud-init is the only one of its guest', async () => {
    const lab = makeLab();
    const { exit } = await create(lab, { ide0: 'local:cloudinit', ide2: 'local:cloudinit' });
    expect(exit).toBe("unable to create VM 150 - ide2 - cloud-init drive is already attached at 'ide0'");
  });

  test('an ISO gets its size told, and must be there', async () => {
    const lab = makeLab();
    await create(lab, { ide2: 'local:iso/x.iso,media=cdrom' });
    expect(lab.guest(150)?.config['ide2']).toBe('local:iso/x.iso,media=cdrom,size=400K');
    const missing = await lab.run('POST', '/nodes/pve1/qemu', {
      body: { vmid: '152', ide2: 'local:iso/y.iso,media=cdrom' },
    });
    expect(missing.exit).toBe("unable to create VM 152 - volume 'local:iso/y.iso' does not exist");
  });
});

describe('the boot order of a new VM', () => {
  test.each([
    ['the first disk by bus and number', { scsi10: 'local:1', scsi2: 'local:1', sata0: 'local:1' }, 'scsi2'],
    ['a cloud-init drive as a CD', { ide2: 'local:cloudinit', virtio0: 'local:1' }, 'virtio0;ide2'],
    ['an empty CD drive', { sata1: 'none,media=cdrom', ide0: 'none,media=cdrom' }, 'ide0'],
  ])('names %s', async (_, drives: Record<string, string>, order) => {
    const lab = makeLab();
    await create(lab, drives);
    expect(lab.guest(150)?.config['boot']).toBe(`order=${order}`);
  });
});

describe("a template's disk", () => {
  const resize = (lab: Lab) =>
    lab.run('PUT', '/nodes/pve1/qemu/9000/resize', { body: { disk: 'scsi0', size: '+1G' } });

  test.each([
    ['dir', 'Operation not permitted'],
    ['btrfs', 'Read-only file system'],
  ] as const)('on %s cannot grow', async (type, reason) => {
    const { exit, log } = await resize(makeLab(type));
    expect(exit).toMatch(/^command '\/usr\/bin\/qemu-img resize -f \w+ \S+ 2147483648' failed: exit code 1$/);
    expect(log[0]).toMatch(new RegExp(`^qemu-img: Could not open .*: ${reason}$`));
  });

  test.each(['nfs', 'zfspool', 'rbd'] as const)('on %s grows', async (type) => {
    const lab = makeLab(type);
    expect((await resize(lab)).exit).toBe('OK');
    expect(lab.guest(9000)?.config['scsi0']).toContain('size=2G');
  });

  test('that is added becomes a base volume at once', async () => {
    const lab = makeLab();
    const { log } = await lab.run('POST', '/nodes/pve1/qemu/9000/config', { body: { scsi1: 'local:1' } });
    expect(log).toContain("scsi1: successfully created disk 'local:9000/base-9000-disk-1.raw,size=1G'");
    expect(lab.guest(9000)?.config['scsi1']).toBe('local:9000/base-9000-disk-1.raw,size=1G');
    expect(lab.volumes()).toContain('pve1 local:9000/base-9000-disk-1.raw');
  });
});

describe('growing', () => {
  test('says what the tools of the storage say', async () => {
    const lab = makeLab('lvmthin');
    await create(lab, { scsi0: 'local:1', ide2: 'none,media=cdrom' });
    const resize = (disk: string) =>
      lab.run('PUT', '/nodes/pve1/qemu/150/resize', { body: { disk, size: '+1G' } });
    expect((await resize('scsi0')).log).toEqual([
      '  Size of logical volume local/vm-150-disk-0 changed from 1.00 GiB (256 extents) to 2.00 GiB (512 extents).',
      '  Logical volume local/vm-150-disk-0 successfully resized.',
      'TASK OK',
    ]);
    expect((await resize('ide2')).exit).toBe("unable to parse volume ID 'none'");
    await lab.call('PUT', '/nodes/pve1/qemu/150/config', { body: { ide2: 'local:cloudinit' } });
    expect((await resize('ide2')).exit).toBe("you can't resize a cdrom");
  });
});
