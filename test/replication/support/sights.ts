import { formatMarker, parseMarker, type Marker } from '../../../src/inventory/lineage/marker.ts';
import { parseDisks } from '../../../src/proxmox/guests/disks.ts';
import type { GuestConfig } from '../../../src/proxmox/endpoints/guest-config.ts';
import type { PresentGuest } from '../../../src/replication/step/look.ts';

/** A guest's configuration from its texts. */
export function makeConfig(options: Record<string, string> = {}): GuestConfig {
  const { name, description, lock, template } = options;
  return {
    name,
    description,
    lock,
    template: template === '1',
    tags: (options['tags'] ?? '').split(';').filter((tag) => tag !== ''),
    digest: 'd',
    protection: options['protection'] === '1',
    disks: parseDisks(options),
    options,
  };
}

/** The replica 100 with this step's token, as a look would see it. */
export function makeSight(options: Record<string, string> = {}, marker: Partial<Marker> = {}): PresentGuest {
  const vmid = 100;
  const lineage = { vmid, source: 9000, generation: '0123456789abcdef', token: 'token-1' };
  const description = formatMarker({ kind: 'replica', ...lineage, ...marker });
  const config = makeConfig({
    name: 'template-replica',
    description,
    scsi0: 'data:100/disk.qcow2,size=2G',
    ...options,
  });
  return {
    state: 'present',
    address: { kind: 'qemu', node: 'pve2', vmid },
    config,
    marker: parseMarker(config.description, vmid),
    stub: config.description?.trim() === 'qmclone temporary file',
  };
}
