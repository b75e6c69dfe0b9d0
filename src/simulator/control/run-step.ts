import type { Clock } from '../../time/clock.ts';
import { DrivenClock } from '../../time/driven-clock.ts';
import type { ControlReport, ControlStep } from '../control.ts';
import { drive } from '../drive.ts';
import type { Cluster } from '../engine/cluster.ts';
import { broadcast } from '../engine/statistics.ts';
import { ControlError } from '../errors.ts';
import { addTask } from '../world/build-cluster.ts';
import { runAccessStep } from './access-steps.ts';
import { turnFaultOff, turnFaultOn } from './fault-steps.ts';
import { runGuestStep } from './guest-steps.ts';

/** What a step works on. */
export interface ControlContext {
  readonly clusters: readonly Cluster[];
  readonly clock: Clock;
}

/** Carries out one checked step. Raises ControlError when it does not fit the present world. */
export async function runStep(context: ControlContext, step: ControlStep): Promise<ControlReport> {
  switch (step.do) {
    case 'pause':
      await pass(context.clock, context.clock.sleep(step.ms));
      return {};
    case 'wait-all-tasks':
      for (const cluster of context.clusters) {
        for (const task of cluster.tasks.running()) await pass(context.clock, task.ended);
      }
      return {};
    default:
      return runClusterStep(context, findCluster(context, step.cluster), step);
  }
}

type ClusterStep = Exclude<ControlStep, { do: 'pause' | 'wait-all-tasks' }>;

async function runClusterStep(
  { clock }: ControlContext,
  cluster: Cluster,
  step: ClusterStep,
): Promise<ControlReport> {
  switch (step.do) {
    case 'wait-task':
      await pass(clock, findTask(cluster, step.upid).ended);
      return {};
    case 'kill-worker': {
      const task = findTask(cluster, step.upid);
      task.stop('kill');
      await pass(clock, task.ended);
      return {};
    }
    case 'broadcast':
      broadcast(cluster, clock.now());
      return {};
    case 'add-task':
      return { upid: addTask(cluster, step.task) };
    case 'fault-on':
      return { fault: turnFaultOn(cluster, step) };
    case 'fault-off':
      turnFaultOff(cluster, step);
      return {};
    case 'set-node':
      setNode(cluster, step);
      return {};
    case 'expire-tickets':
      cluster.tickets.expireAll();
      return {};
    default:
      return runGuestStep(cluster, step) ?? runAccessStep(cluster, step);
  }
}

function setNode(cluster: Cluster, step: Extract<ControlStep, { do: 'set-node' }>): void {
  const node = cluster.nodes.get(step.node);
  if (!node) throw new ControlError(`cluster '${cluster.id}' has no node '${step.node}'`);
  node.maintenance = step.maintenance ?? node.maintenance;
  node.bridges = step.bridges ?? node.bridges;
}

/** Moves a driven clock until the promise is settled; waits for it otherwise. */
async function pass(clock: Clock, promise: Promise<void>): Promise<void> {
  await (clock instanceof DrivenClock ? drive(clock, promise) : promise);
}

function findCluster({ clusters }: ControlContext, id: string | undefined): Cluster {
  const found = id === undefined ? clusters[0] : clusters.find((cluster) => cluster.id === id);
  if (found) return found;
  throw new ControlError(
    `there is no cluster '${id}': name one of ${clusters.map((cluster) => cluster.id).join(', ')}`,
  );
}

function findTask(cluster: Cluster, upid: string) {
  const task = cluster.tasks.find(upid);
  if (!task) throw new ControlError(`cluster '${cluster.id}' has no task ${upid}`);
  return task;
}
