import type { GuestKind } from '../../proxmox/guests/guest.ts';
import type { CopyLimits } from '../policy/policy.ts';

/** A copy as far as its place in the queue goes. A PlannedStep fits. */
export interface Schedulable {
  guestKind: GuestKind;
  sourceVmid: number;
  /** The guest and the node that the bytes are read from. */
  copyVmid: number;
  copyNode: string;
  targetNode: string;
  bytes: number;
  /** Keys of the storages that are read or written. */
  storages: readonly string[];
  replacesVmid?: number;
}

export interface ScheduleInput<Step extends Schedulable> {
  /** Steps that could begin now. */
  ready: readonly Step[];
  /** Copies under way. */
  running: readonly Schedulable[];
  limits: CopyLimits;
}

/**
 * Which of the ready steps to begin now, in this order. Work is given out as for machines that each do so many things at
 * a time: first what waits for the busiest disk or link, and of that the longest copy, so that nobody is left with a
 * long one at the end.
 */
export function chooseSteps<Step extends Schedulable>({
  ready,
  running,
  limits,
}: ScheduleInput<Step>): Step[] {
  const load = measureLoad([...ready, ...running]);
  const queue = [...ready].sort(
    (a, b) => rate(b, load) - rate(a, load) || b.bytes - a.bytes || byPlace(a, b),
  );
  const active: Schedulable[] = [...running];
  return queue.filter((step) => {
    if (!fits(step, active, limits)) return false;
    active.push(step);
    return true;
  });
}

/** What a step keeps busy. */
function resourcesOf({ copyNode, targetNode, storages }: Schedulable): string[] {
  return [`from ${copyNode}`, `to ${targetNode}`, ...storages.map((key) => `on ${key}`)];
}

/** Bytes that wait for each resource. */
function measureLoad(steps: readonly Schedulable[]): Map<string, number> {
  const load = new Map<string, number>();
  for (const step of steps) {
    for (const resource of resourcesOf(step)) load.set(resource, (load.get(resource) ?? 0) + step.bytes);
  }
  return load;
}

function rate(step: Schedulable, load: ReadonlyMap<string, number>): number {
  return Math.max(...resourcesOf(step).map((resource) => load.get(resource) ?? 0));
}

function fits(step: Schedulable, active: readonly Schedulable[], limits: CopyLimits): boolean {
  const count = (test: (other: Schedulable) => boolean) => active.filter(test).length;
  return (
    active.length < limits.perCluster &&
    count(({ copyNode }) => copyNode === step.copyNode) < limits.perSource &&
    count(({ targetNode }) => targetNode === step.targetNode) < limits.perTarget &&
    step.storages.every((key) => count(({ storages }) => storages.includes(key)) < limits.perStorage) &&
    !active.some((other) => excludes(other, step))
  );
}

/** A container is locked while it is copied, and the replicas of one source are replaced one at a time. */
function excludes(other: Schedulable, step: Schedulable): boolean {
  if (step.guestKind === 'lxc' && other.copyVmid === step.copyVmid) return true;
  const replacing = step.replacesVmid !== undefined && other.replacesVmid !== undefined;
  return replacing && other.sourceVmid === step.sourceVmid;
}

/** Of equals the input's order decides. */
function byPlace(a: Schedulable, b: Schedulable): number {
  if (a.sourceVmid !== b.sourceVmid) return a.sourceVmid - b.sourceVmid;
  if (a.targetNode === b.targetNode) return 0;
  return a.targetNode < b.targetNode ? -1 : 1;
}
