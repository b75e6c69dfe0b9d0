import type { StorageDefinition } from '../../proxmox/endpoints/storages.ts';
import { canHoldBases } from '../../replication/plan/storage-rules.ts';
import type { Check } from './check.ts';

/** Types that disk images can lie on. */
const imageTypes = new Set(['dir', 'nfs', 'cifs', 'lvm', 'lvmthin', 'zfspool', 'rbd', 'btrfs']);

/** Storages that take disk images. */
export function listImageStorages(definitions: readonly StorageDefinition[]): StorageDefinition[] {
  return definitions.filter(({ content, disabled }) => content.includes('images') && !disabled);
}

/** Nodes that none of these storages is on. */
export function listBareNodes(storages: readonly StorageDefinition[], nodes: readonly string[]): string[] {
  return nodes.filter((node) => !storages.some((storage) => isOn(storage, node)));
}

/** Storages for images: whether linked clones can be made on them, and whether every node has one. */
export function judgeStorages(definitions: readonly StorageDefinition[], nodes: readonly string[]): Check[] {
  const usable = listImageStorages(definitions);
  if (definitions.length === 0) {
    // Every node has one at least: it is the account that does not see them.
    const message = 'no storage is shown: Datastore.Audit on /storage is missing';
    return [{ level: 'fail', subject: 'storages', message }];
  }
  const poor = usable.filter((storage) => !canHoldBases(storage.type));
  const checks: Check[] = [
    ...poor.map(({ storage, type }): Check => ({
      level: 'warn',
      subject: 'storages',
      message: `${storage} (${type}) cannot hold the bases of linked clones: copies there are full clones only`,
    })),
    ...listBareNodes(usable, nodes).map((node) => judgeBareNode(node, definitions)),
  ];
  const names = usable.map((storage) => storage.storage).join(', ');
  return checks.length > 0
    ? checks
    : [{ level: 'ok', subject: 'storages', message: `disk images may lie on ${names}` }];
}

function judgeBareNode(node: string, definitions: readonly StorageDefinition[]): Check {
  const able = definitions.find(
    (storage) => imageTypes.has(storage.type) && !storage.disabled && isOn(storage, node),
  );
  const message = `${node} shows no storage for disk images, so no template can be copied there: add one, or let the account see it (Datastore.Audit on /storage)`;
  // What it holds already stays in the list.
  const commands = able && [`pvesm set ${able.storage} --content ${[...able.content, 'images'].join(',')}`];
  return { level: 'fail', subject: 'storages', message, ...(commands && { commands }) };
}

function isOn({ nodes }: StorageDefinition, node: string): boolean {
  return nodes?.includes(node) ?? true;
}
