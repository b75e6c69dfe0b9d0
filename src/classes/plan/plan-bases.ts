import type { BaseFacts, ClassFacts } from '../facts/class-facts.ts';
import type { PlannedGuest, SourceTemplate } from './class-plan.ts';
import { nameBase } from './class-names.ts';
import { planCopy } from './plan-copy.ts';
import type { StorageFit } from './storage-fit.ts';

/** What a student's machine is cloned from: a base that is there, or one of the same plan. */
export interface BaseChoice {
  node: string;
  source?: SourceTemplate;
  baseKey?: string;
}

export interface BasePlan {
  make: PlannedGuest[];
  /** By node of the student. */
  choices: Map<string, BaseChoice>;
}

export interface BaseRequest {
  /** Nodes that hold students. */
  nodes: readonly string[];
  fit: StorageFit;
  /** Only bases of the original's present generation will do. */
  refresh: boolean;
}

/**
 * Finds a base for each node that holds students, and plans those that are missing: one on each node, or a single one
 * where the storage is shared.
 */
export function planBases(facts: ClassFacts, { nodes, fit, refresh }: BaseRequest): BasePlan {
  const fitting = facts.bases.filter(
    (base) => isHomeUsable(facts, base) && (!refresh || isCurrent(facts, base)),
  );
  const choices = new Map<string, BaseChoice>();
  const made = new Map<string, PlannedGuest>();
  for (const node of nodes) {
    const there = chooseBase(facts, fit, { node, bases: fitting });
    if (there !== undefined) {
      choices.set(node, { node: there.node, source: there });
      continue;
    }
    const home = fit.linkToTarget ? chooseHome(facts, nodes) : node;
    const base = made.get(home) ?? planBase(facts, fit, home);
    made.set(home, base);
    choices.set(node, { node: home, baseKey: base.key });
  }
  return { make: [...made.values()], choices };
}

/** Whether a base was made from the original as it is now, as far as that is known. */
export function isCurrent({ source }: Pick<ClassFacts, 'source'>, base: BaseFacts): boolean {
  return (
    base.madeFrom === undefined || source.generation === undefined || base.madeFrom === source.generation
  );
}

function chooseBase(
  facts: ClassFacts,
  fit: StorageFit,
  { node, bases }: { node: string; bases: readonly BaseFacts[] },
): BaseFacts | undefined {
  const reachable = bases.filter((base) => base.node === node || fit.linkToTarget);
  return reachable.toSorted((left, right) => rank(facts, right, node) - rank(facts, left, node))[0];
}

/** The present generation before older ones, the same node before others. */
function rank(facts: ClassFacts, base: BaseFacts, node: string): number {
  return (isCurrent(facts, base) ? 2 : 0) + (base.node === node ? 1 : 0);
}

function isHomeUsable({ nodes }: ClassFacts, base: BaseFacts): boolean {
  return nodes.some(({ name, online }) => name === base.node && online);
}

/** The node of a single base: the original's, so that nothing has to be handed over, where it holds students. */
function chooseHome({ source }: ClassFacts, nodes: readonly string[]): string {
  return nodes.includes(source.node) ? source.node : (nodes.toSorted()[0] ?? source.node);
}

function planBase({ order, source }: ClassFacts, fit: StorageFit, node: string): PlannedGuest {
  return {
    key: `base-${node}`,
    role: 'BASE',
    name: nameBase(order.name, node),
    node,
    full: true,
    ...planCopy(source, fit, node),
    source: { vmid: source.vmid, node: source.node, generation: source.generation },
    bytes: source.bytes,
  };
}
