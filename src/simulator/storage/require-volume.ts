import type { Storage } from '../engine/cluster.ts';
import { parseVolumeId } from '../engine/drives.ts';
import type { Volume } from '../engine/volumes.ts';
import { refuse } from '../errors.ts';
import { requireActive } from './access.ts';
import type { StorageCall } from './storage-lock.ts';

/** The volume of an id such as `local:iso/debian.iso`, or the refusal of its storage when it is activated. */
export function requireVolume({ cluster, node }: StorageCall, volid: string): Volume {
  const id = parseVolumeId(volid);
  if (!id) throw refuse(`unable to parse volume ID '${volid}'`);
  const storage = requireActive(cluster, id.storage, node);
  const volume = cluster.volumes.find(id.storage, id.name, node);
  if (!volume) throw refuse(describeAbsence(storage, volid, id.name));
  return volume;
}

function describeAbsence(storage: Storage, volid: string, name: string): string {
  const group = storage.options['vgname'] ?? storage.id;
  switch (storage.type) {
    case 'lvmthin':
      return `no such logical volume ${group}/${name}`;
    case 'lvm':
      return `can't activate LV '/dev/${group}/${name}':   Failed to find logical volume "${group}/${name}"`;
    default:
      return `volume '${volid}' does not exist`;
  }
}
