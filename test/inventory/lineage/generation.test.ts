import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprintGeneration } from '../../../src/inventory/lineage/generation.ts';
import { parseDisks } from '../../../src/proxmox/guests/disks.ts';

type Options = Record<string, string>;

const base: Options = {
  name: 'debian',
  scsi0: 'local:100/base-100-disk-0.qcow2,size=10G',
  efidisk0: 'local:100/base-100-disk-1.qcow2,size=528K',
  ide2: 'local:iso/debian.iso,media=cdrom',
  smbios1: 'uuid=2b7e0f5e-0000-4000-8000-000000000001',
  vmgenid: '11111111-0000-4000-8000-000000000001',
  meta: 'creation-qemu=9.0.2,ctime=1700000000',
  net0: 'virtio=BC:24:11:AA:BB:CC,bridge=vmbr0',
};

function fingerprint(changes: Options = {}, kind: 'qemu' | 'lxc' = 'qemu'): string {
  const options = { ...base, ...changes };
  return fingerprintGeneration(kind, { options, disks: parseDisks(options) });
}

describe('fingerprintGeneration', () => {
  it('is 16 hexadecimal digits', () => {
    expect(fingerprint()).toMatch(/^[0-9a-f]{16}$/);
  });

  it.each<[string, Options]>([
    ['a new name', { name: 'debian-12' }],
    ['tags', { tags: 'gold;linux' }],
    ['a description', { description: 'text' }],
    ['another CD', { ide2: 'none,media=cdrom' }],
    ['a cloud-init drive', { ide0: 'local-lvm:vm-100-cloudinit,media=cdrom' }],
    ['a detached disk', { unused0: 'local:100/vm-100-disk-5.qcow2' }],
    ['another bridge', { net0: 'virtio=BC:24:11:AA:BB:CC,bridge=vmbr1' }],
    ['memory', { memory: '4096' }],
    ['disk options', { scsi0: 'local:100/base-100-disk-0.qcow2,iothread=1,size=10240M' }],
    [
      'a move to another storage',
      {
        scsi0: 'local-lvm:base-100-disk-0,size=10G',
        efidisk0: 'local-lvm:vm-100-disk-1,size=528K',
      },
    ],
  ])('stays with %s', (_, changes) => {
    expect(fingerprint(changes)).toBe(fingerprint());
  });

  it.each<[string, Options]>([
    ['another volume', { scsi0: 'local:100/base-100-disk-2.qcow2,size=10G' }],
    ['another size', { scsi0: 'local:100/base-100-disk-0.qcow2,size=11G' }],
    ['one more disk', { scsi1: 'local:100/base-100-disk-3.qcow2,size=1G' }],
    ['another uuid', { smbios1: 'uuid=2b7e0f5e-0000-4000-8000-000000000002' }],
    ['another generation id', { vmgenid: '11111111-0000-4000-8000-000000000002' }],
    ['another time of creation', { meta: 'creation-qemu=9.0.2,ctime=1700000001' }],
  ])('changes with %s', (_, changes) => {
    expect(fingerprint(changes)).not.toBe(fingerprint());
  });

  it('knows a container by its network addresses', () => {
    const container = { smbios1: '', vmgenid: '', meta: '', rootfs: 'local-lvm:base-100-disk-0,size=8G' };
    const first = fingerprint({ ...container, net0: 'name=eth0,hwaddr=AA:BB:CC:00:00:01' }, 'lxc');
    expect(fingerprint({ ...container, net0: 'name=eth0,hwaddr=aa:bb:cc:00:00:01,ip=dhcp' }, 'lxc')).toBe(
      first,
    );
    expect(fingerprint({ ...container, net0: 'name=eth0,hwaddr=AA:BB:CC:00:00:02' }, 'lxc')).not.toBe(first);
  });

  it('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(Object.keys(base), { minLength: Object.keys(base).length }), (keys) => {
        const options = Object.fromEntries(keys.map((key) => [key, base[key] ?? '']));
        expect(fingerprintGeneration('qemu', { options, disks: parseDisks(options) })).toBe(fingerprint());
      }),
    );
  });
});
