import { createHash } from 'node:crypto';
import type { ClusterFacts } from '../../inventory/observe/cluster-facts.ts';
import type { ObservedStorage } from '../../inventory/observe/observation.ts';
import type { Permissions } from '../../proxmox/endpoints/access.ts';
import type { ReplicationPolicy } from '../policy/policy.ts';
import type { SeenItem } from './item.ts';
import type { Basis, PlannedStep } from './plan.ts';
import { keyOf, type StorageMap } from './storage-map.ts';

export interface BasisInput {
  step: Omit<PlannedStep, 'basis'>;
  source: SeenItem;
  copy: SeenItem;
  policy: ReplicationPolicy;
  storages: StorageMap;
  facts?: ClusterFacts;
}

/** Pure. */
export function describeBasis({ step, source, copy, policy, storages, facts }: BasisInput): Basis {
  const { copyNode, targetNode } = step;
  const { storage, namePattern, vmidRange, bandwidthLimit, fullCloneOnly, overcommit } = policy;
  const around = [copyNode, targetNode].flatMap((node) => storages.all(node));
  const room = around
    .filter((storage) => step.storages.includes(keyOf(storage)))
    .flatMap(({ available }) => available ?? []);
  const { way, clone, migrate, prepare, copyVmid, storages: written } = step;
  return {
    template: digestTemplate([source.seen.details.digest, copy.seen.details.digest]),
    policy: digest([storage, namePattern, vmidRange, bandwidthLimit, fullCloneOnly, overcommit]),
    storages: digestStorages(around),
    rights: facts?.permissions && digestRights(facts.permissions, [source.vmid, copyVmid]),
    way: digest([way, clone, migrate, prepare, copyVmid, copyNode, written]),
    room: room.length === 0 ? undefined : Math.min(...room),
  };
}

/** The configurations of the template and of the guest whose bytes are copied. */
export function digestTemplate(configurations: readonly [source: string, copy: string]): string {
  return digest(configurations);
}

/** Storages of the node that is copied from, then of the one that is copied to, each by name. */
export function digestStorages(storages: readonly ObservedStorage[]): string {
  return digest(storages.map(({ node, name, type, shared, content }) => [node, name, type, shared, content]));
}

/** Our rights; other guests come and go with rights of their own. */
export function digestRights(permissions: Permissions, vmids: readonly number[]): string {
  const chosen = Object.entries(permissions)
    .filter(([path]) => {
      const vmid = /^\/vms\/(\d+)$/.exec(path)?.[1];
      return vmid === undefined || vmids.includes(Number(vmid));
    })
    .map(([path, held]) => [path, Object.entries(held).map(String).toSorted(byText)] as const)
    .sort(([a], [b]) => byText(a, b));
  return digest(chosen);
}

function byText(a: string, b: string): number {
  return a < b ? -1 : 1;
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}
