import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isDriveKey, parseDisk, parseDisks, parseSize } from '../../../src/proxmox/guests/disks.ts';

const GiB = 2 ** 30;

describe('a drive', () => {
  test.each([
    [
      'scsi0',
      'local-lvm:base-9000-disk-0,iothread=1,size=10G',
      { storage: 'local-lvm', volume: 'local-lvm:base-9000-disk-0', size: 10 * GiB, base: true },
    ],
    ['scsi0', 'local:9000/base-9000-disk-0.qcow2,size=1G', { storage: 'local', size: GiB, base: true }],
    [
      'virtio1',
      'tank:base-100-disk-0/vm-101-disk-0,size=4M',
      { storage: 'tank', size: 4 * 2 ** 20, base: false },
    ],
    [
      'scsi0',
      'nfs:100/base-100-disk-0.qcow2/101/vm-101-disk-0.qcow2',
      { storage: 'nfs', size: undefined, base: false },
    ],
    [
      'ide2',
      'local-lvm:vm-9000-cloudinit,media=cdrom',
      { storage: 'local-lvm', cdrom: false, cloudinit: true },
    ],
    [
      'ide2',
      'local:102/vm-102-cloudinit.qcow2,media=cdrom,size=4M',
      { storage: 'local', cdrom: false, cloudinit: true },
    ],
    [
      'ide2',
      'local:iso/debian-13.iso,media=cdrom,size=700M',
      { storage: 'local', volume: 'local:iso/debian-13.iso', cdrom: true, cloudinit: false },
    ],
    ['ide2', 'none,media=cdrom', { storage: undefined, volume: undefined, cdrom: true, cloudinit: false }],
    ['ide2', 'cdrom,media=cdrom', { storage: undefined, cdrom: true }],
    [
      'efidisk0',
      'file=local:100/vm-100-disk-1.raw,efitype=4m,size=528K',
      { storage: 'local', size: 528 * 1024, options: { efitype: '4m', size: '528K' } },
    ],
    ['unused0', 'local:100/vm-100-disk-2.raw', { storage: 'local', unused: true }],
    ['scsi1', '/dev/disk/by-id/ata-X,size=1T', { storage: undefined, volume: undefined, size: 2 ** 40 }],
    ['rootfs', 'local-zfs:basevol-200-disk-0,size=8G', { storage: 'local-zfs', size: 8 * GiB, base: true }],
    [
      'mp0',
      'volume=local-zfs:subvol-200-disk-1,mp=/srv,size=8G',
      { storage: 'local-zfs', options: { mp: '/srv', size: '8G' } },
    ],
  ] as const)('%s: %s', (drive, value, expected) => {
    expect(parseDisk(drive, value)).toMatchObject({ drive, ...expected });
  });

  test('has a key of its own', () => {
    for (const key of [
      'ide0',
      'sata5',
      'scsi30',
      'virtio15',
      'efidisk0',
      'tpmstate0',
      'unused255',
      'rootfs',
      'mp12',
    ]) {
      expect(isDriveKey(key)).toBe(true);
    }
    for (const key of ['scsihw', 'net0', 'ide', 'boot', 'bootdisk', 'memory', 'mp', 'virtiofs0']) {
      expect(isDriveKey(key)).toBe(false);
    }
  });
});

test('drives come in the order Proxmox handles them, other keys not at all', () => {
  const config = {
    scsi2: 'a:vm-1-disk-2',
    name: 'x',
    scsi10: 'a:vm-1-disk-1',
    efidisk0: 'a:vm-1-disk-0',
    net0: 'virtio',
  };
  expect(parseDisks(config).map(({ drive }) => drive)).toEqual(['efidisk0', 'scsi10', 'scsi2']);
});

test('what is put together is found again', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,9}$/);
  const disk = fc.record({
    storage: name,
    vmid: fc.integer({ min: 100, max: 999_999_999 }),
    gib: fc.nat(9999),
    base: fc.boolean(),
  });
  fc.assert(
    fc.property(disk, ({ storage, vmid, gib, base }) => {
      const volume = `${storage}:${vmid}/${base ? 'base' : 'vm'}-${vmid}-disk-0.qcow2`;
      const found = parseDisk('scsi0', `${volume},discard=on,size=${gib}G`);
      expect(found).toMatchObject({ storage, volume, base, size: gib * GiB, cdrom: false, cloudinit: false });
    }),
  );
});

test('no text breaks it', () => {
  fc.assert(fc.property(fc.string(), (value) => void parseDisk('scsi0', value)));
});

test('sizes are bytes', () => {
  expect(['1', '528K', '4M', '1.5G', '2T', '', 'G', '-1G', '1X', undefined].map(parseSize)).toEqual([
    1,
    528 * 2 ** 10,
    4 * 2 ** 20,
    1.5 * GiB,
    2 * 2 ** 40,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
