import { toRowKind } from '../../inventory/lineage/row-kind.ts';
import { getCluster, type Engine, type EngineCluster } from '../engine.ts';
import type { Placement, PlannedStep, PlanRequest } from '../plan/plan.ts';
import { isRequested } from '../plan/want.ts';
import type { ReplicationPolicy } from '../policy/policy.ts';
import type { PlanAnswer, PlanLine, ReplicationRequest } from '../replicator.ts';
import { sortRemovals } from '../run/sort-removals.ts';
import { survey, type Survey } from '../run/survey.ts';
import { checkRequest } from './check-request.ts';
import { describeRemovals } from './describe-removals.ts';

/**
 * What a request would do: surveys the clusters, writes what was seen, begins nothing.
 * @throws ReplicationError CLUSTER_NOT_FOUND, TEMPLATE_NOT_FOUND, NODE_NOT_FOUND
 * @param policy holds instead of the clusters' own.
 */
export async function answerPlan(
  engine: Engine,
  request: Omit<ReplicationRequest, 'trigger' | 'idempotencyKey'>,
  policy?: ReplicationPolicy,
): Promise<PlanAnswer[]> {
  const { clusterId, vmids, nodes, retry } = request;
  const clusters = clusterId === undefined ? [...engine.clusters.values()] : [getCluster(engine, clusterId)];
  const scope = { vmids, nodes, retry };
  await checkRequest(engine, { clusters, vmids, nodes });
  return Promise.all(
    clusters.map(async (cluster) =>
      toAnswer(cluster, await survey({ engine, cluster, request: scope, policy }), scope),
    ),
  );
}

/** Only of what was asked for. */
async function toAnswer(
  { id: clusterId, client }: EngineCluster,
  { plan, observation }: Survey,
  request: PlanRequest,
): Promise<PlanAnswer> {
  const { held, removals, laterRemovals } = plan;
  const error = held === undefined ? {} : { errorCode: held.code, errorMessage: held.message };
  const asked = plan.placements.filter(({ sourceVmid: vmid, node }) =>
    isRequested(request, { source: { vmid }, node }),
  );
  const lines = asked.map((placement) => toLine(placement, { plan, observation, clusterId }));
  const sorted = await sortRemovals({ client }, [...removals, ...laterRemovals]);
  return {
    clusterId,
    lines: observation.reachable ? lines : [],
    ...describeRemovals(sorted),
    remarks: plan.remarks,
    ...error,
  };
}

function toLine(
  placement: Placement,
  { plan, observation, clusterId }: Pick<Survey, 'plan' | 'observation'> & { clusterId: string },
): PlanLine {
  const { sourceVmid, sourceName, node, status, vmid, way, reason, warnings = [] } = placement;
  const step = plan.steps.find((one) => one.sourceVmid === sourceVmid && one.targetNode === node);
  const source = observation.templates.find((template) => template.vmid === sourceVmid);
  return {
    clusterId,
    sourceVmid,
    sourceName,
    sourceNode: source?.node,
    guestKind: toRowKind(source?.kind ?? 'qemu'),
    targetNode: node,
    state: status,
    vmid,
    way,
    ...describeStep(step),
    reasonCode: reason?.code,
    reason: reason?.message,
    warnings,
  };
}

function describeStep(step: PlannedStep | undefined): Partial<PlanLine> {
  if (step === undefined) return {};
  return { targetStorage: step.targetStorage, copyVmid: step.copyVmid, bytes: BigInt(step.bytes) };
}
