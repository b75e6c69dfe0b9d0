import type { Reason } from '../plan/reason.ts';
import { matchesAny } from './glob.ts';
import type { ReplicationPolicy, TemplateSelector } from './policy.ts';

/** What a selector looks at. */
export interface Selectable {
  vmid: number;
  name: string;
  tags: readonly string[];
  pool?: string;
}

/** Whether any of the selector's lists names the template. */
export function isSelected(selector: TemplateSelector, { vmid, name, tags, pool }: Selectable): boolean {
  return (
    selector.vmids.includes(vmid) ||
    matchesAny(selector.names, name) ||
    tags.some((tag) => matchesAny(selector.tags, tag)) ||
    (pool !== undefined && matchesAny(selector.pools, pool))
  );
}

/** Why the policy does not want a template anywhere; undefined when it does. `asked`: somebody asked for it. */
export function refuseTemplate(
  policy: ReplicationPolicy,
  template: Selectable,
  asked: boolean,
): Reason | undefined {
  const { include, exclude } = policy.templates;
  if (isSelected(exclude, template)) {
    return { code: 'EXCLUDED_TEMPLATE', message: `The policy excludes template ${template.vmid}` };
  }
  const included = include ? isSelected(include, template) : policy.mode !== 'SELECTED';
  if (!included) {
    return {
      code: 'NOT_SELECTED',
      message: `The policy's templates.include does not name template ${template.vmid}`,
    };
  }
  if (policy.mode !== 'ON_DEMAND' || asked) return undefined;
  return {
    code: 'ON_DEMAND',
    message: 'The policy replicates only on demand: ask for it with the replicate mutation',
  };
}

/** Why the policy wants nothing on a node; undefined when it does. */
export function refuseNode(policy: ReplicationPolicy, node: string): Reason | undefined {
  const { include, exclude } = policy.nodes;
  if (matchesAny(exclude, node)) {
    return { code: 'EXCLUDED_NODE', message: `The policy excludes node ${node}` };
  }
  if (include === undefined || matchesAny(include, node)) return undefined;
  return { code: 'EXCLUDED_NODE', message: `The policy's nodes.include does not name node ${node}` };
}

/** The storage the policy names for replicas on a node. */
export function storageFor(policy: ReplicationPolicy, node: string): string | undefined {
  return policy.storage[node] ?? policy.storage['*'];
}
