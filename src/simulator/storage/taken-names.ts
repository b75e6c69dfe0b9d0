import type { Storage } from '../engine/cluster.ts';
import { refuse } from '../errors.ts';
import { describePath } from './access.ts';
import type { StorageCall } from './storage-lock.ts';

/** Refuses to make a volume under a name that is taken, as the storage's own command words it. */
export function requireFreeName(
  { cluster, node, worker }: StorageCall,
  storage: Storage,
  name: string,
): void {
  if (!cluster.volumes.find(storage.id, name, node)) return;
  if (storage.type === 'rbd') worker.log('rbd: create error: (17) File exists');
  throw refuse(describeCollision(storage, name));
}

function describeCollision(storage: Storage, name: string): string {
  const group = storage.options['vgname'] ?? storage.id;
  switch (storage.type) {
    case 'lvm':
    case 'lvmthin':
      return `lvcreate '${group}/${name}' error:   Logical Volume "${name}" already exists in volume group "${group}"`;
    case 'zfspool':
      return `zfs error: cannot create '${describeDataset(storage, name)}': dataset already exists`;
    case 'rbd':
      return `rbd create '${name}' error: rbd: create error: (17) File exists`;
    default:
      return `disk image '${describePath(storage, name).replace(/\/disk\.raw$/, '')}' already exists`;
  }
}

/** What the import of a volume tells when it takes another name because the wanted one is taken. */
export function describeRenaming(storage: Storage, name: string): string {
  switch (storage.type) {
    case 'lvm':
    case 'lvmthin':
      return `volume ${storage.options['vgname'] ?? storage.id}/${name} already exists - importing with a different name`;
    case 'zfspool':
      return `volume '${describeDataset(storage, name)}' already exists - importing with a different name`;
    case 'rbd':
      return `volume ${name} already exists - importing with a different name`;
    default:
      return `file '${describePath(storage, name)}' already exists - importing with a different name`;
  }
}

function describeDataset(storage: Storage, name: string): string {
  return `${storage.options['pool'] ?? storage.id}/${name}`;
}
