import type { ReplicationPolicy } from '../policy/policy.ts';
import type { Reason, Warning } from './reason.ts';
import type { Item } from './item.ts';

/**
 * Originals of one kind that bear one name on different nodes: perhaps one template that was made by hand on each node.
 * Identity is never a name, so it takes a word of the policy to treat them as one.
 */
export interface SameNames {
  /** The others, by vmid; empty for a name that is there once. */
  others(source: Item): readonly Item[];
}

export function findSameNames(sources: readonly Item[]): SameNames {
  const originals = sources.filter(({ lineage, seen }) => lineage.role === 'original' && seen !== undefined);
  const groups = Map.groupBy(originals, ({ name, seen }) => `${seen?.kind} ${name}`);
  return {
    others: (source) => {
      const group = groups.get(`${source.seen?.kind} ${source.name}`) ?? [];
      return group.includes(source) ? group.filter((one) => one.node !== source.node) : [];
    },
  };
}

interface SameNameInput {
  source: Item;
  node: string;
  others: readonly Item[];
  policy: Pick<ReplicationPolicy, 'sameName'>;
}

/** With `sameName: one`: why another one of the name stands for this one on a node. */
export function refuseSameName({ source, node, others, policy }: SameNameInput): Reason | undefined {
  if (policy.sameName !== 'one') return undefined;
  const there = others.find((other) => other.node === node);
  if (there) {
    const message = `Template ${there.vmid} on node ${node} bears the same name, and the policy treats them as one (sameName: one)`;
    return { code: 'SAME_NAME', message };
  }
  const first = others.find(({ vmid }) => vmid < source.vmid);
  if (first === undefined) return undefined;
  const message = `Template ${first.vmid} bears the same name and is copied in its place (sameName: one)`;
  return { code: 'SAME_NAME', message };
}

/** Without it: two of a name become one on each node for each of them, which is seldom what was meant. */
export function warnOfSameName({ source, others }: Pick<SameNameInput, 'source' | 'others'>): Warning[] {
  if (others.length === 0) return [];
  const named = others.map(({ vmid, node }) => `${vmid} on ${node}`).join(', ');
  const message = `${source.name} is there more than once (${source.vmid} on ${source.node}, ${named}), and each is copied by itself; if it is one template made by hand on each node, set sameName: one in the policy`;
  return [{ code: 'SAME_NAME', message }];
}
