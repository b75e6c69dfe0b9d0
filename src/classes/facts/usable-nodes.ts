import { ClassError } from '../class-error.ts';
import type { BaseFacts, ClassFacts, NodeFacts } from './class-facts.ts';
import { findNodeFault, type StorageFit } from '../plan/storage-fit.ts';

/**
 * The nodes that may hold machines of the class. A node that was asked for by name and cannot is a refusal; of all nodes
 * those that cannot are left out.
 *
 * @throws ClassError NO_NODE
 */
export function findUsableNodes(facts: ClassFacts, fit: StorageFit): NodeFacts[] {
  const { order, nodes, source, bases } = facts;
  const findFault = (node: NodeFacts) =>
    findNodeFault(node, fit) ??
    findMoveFault(node, facts, fit) ??
    (order.start ? findStartFault(node) : undefined);
  for (const name of order.nodes) refuseUnusable(name, { nodes, findFault });
  const wanted = order.nodes.length === 0 ? nodes : nodes.filter(({ name }) => order.nodes.includes(name));
  const usable = wanted.filter((node) => findFault(node) === undefined);
  if (usable.length > 0) return source.gone ? keepNodesWithBase(usable, { bases, fit }) : usable;
  const faults = wanted.map(findFault).join('; ');
  throw new ClassError('NO_NODE', `No node can hold the class: ${faults}.`, { field: ['nodes'] });
}

/** Where nothing is yet, a copy of the original has to be moved there. */
function findMoveFault(node: NodeFacts, { source, bases }: ClassFacts, fit: StorageFit): string | undefined {
  const isNear = [source, ...source.replicas, ...bases].some((template) => template.node === node.name);
  return isNear || fit.copyToTarget || fit.linkToTarget ? undefined : node.moveRefusal;
}

/** Machines that are to be started need what their configuration names. */
function findStartFault({ obstacles }: NodeFacts): string | undefined {
  return obstacles.length === 0 ? undefined : `machines could not be started: ${obstacles.join(', ')}`;
}

/** Without the original no base can be made: the nodes that have one are left. */
function keepNodesWithBase(
  usable: NodeFacts[],
  { bases, fit }: { bases: readonly BaseFacts[]; fit: StorageFit },
): NodeFacts[] {
  if (fit.linkToTarget) return usable;
  return usable.filter(({ name }) => bases.some(({ node }) => node === name));
}

function refuseUnusable(
  name: string,
  { nodes, findFault }: { nodes: readonly NodeFacts[]; findFault(node: NodeFacts): string | undefined },
): void {
  const node = nodes.find((other) => other.name === name);
  const fault = node === undefined ? `there is no node ${name} in the cluster` : findFault(node);
  if (fault === undefined) return;
  throw new ClassError('NO_NODE', `The class cannot use node ${name}: ${fault}.`, { field: ['nodes'] });
}
