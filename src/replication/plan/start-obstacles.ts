import type { ClusterFacts, GuestNeeds } from '../../inventory/observe/cluster-facts.ts';
import type { NeededFile } from '../../proxmox/guests/host-needs.ts';
import type { Warning } from './reason.ts';
import type { StorageMap } from './storage-map.ts';

export interface StartInput {
  /** The guest, or what machines are cloned from. */
  guest: GuestNeeds;
  node: string;
  facts: ClusterFacts;
  storages: Pick<StorageMap, 'find' | 'isSeen'>;
}

/**
 * What machines like this one would miss when they start on a node: bridges, files, mapped devices. A warning where only
 * a template is put there, and a reason against the node where machines are to start. What is not known is not told.
 */
export function findStartObstacles({ guest, node, facts, storages }: StartInput): Warning[] {
  const { cards, files, devices } = guest.needs;
  const bridges = facts.bridges.get(node);
  return [
    ...cards.flatMap(({ key, bridge }): Warning[] => {
      if (bridges === undefined || bridges.has(bridge)) return [];
      return [
        { code: 'BRIDGE_MISSING', message: `Node ${node} has no bridge or network ${bridge} (${key})` },
      ];
    }),
    ...files.flatMap((file): Warning[] => {
      if (reachFile(file, { node, facts, storages }) !== 'MISSING') return [];
      return [{ code: 'SNIPPET_MISSING', message: `Node ${node} has no ${file.volume} (${file.key})` }];
    }),
    ...devices.flatMap(({ key, mapping = '' }): Warning[] => {
      if (facts.mappings.get(mapping)?.has(node) !== false) return [];
      return [
        {
          code: 'MAPPING_MISSING',
          message: `Node ${node} has no device under the mapping ${mapping} (${key})`,
        },
      ];
    }),
  ];
}

/** Whether a node can read a file of a storage. */
export function reachFile(
  { volume, storage }: Pick<NeededFile, 'volume' | 'storage'>,
  { node, facts, storages }: Omit<StartInput, 'guest'>,
): 'THERE' | 'MISSING' | 'UNKNOWN' {
  if (facts.lostStorages.has(storage)) return 'MISSING';
  const there = storages.find(node, storage);
  if (there?.shared && there.active) return 'THERE';
  if (there === undefined && storages.isSeen(storage)) return 'MISSING';
  const files = facts.files.get(`${node}/${storage}`);
  if (files === undefined) return 'UNKNOWN';
  return files.has(volume) ? 'THERE' : 'MISSING';
}
