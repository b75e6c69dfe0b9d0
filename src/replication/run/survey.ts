import { confirmObservation } from '../../inventory/confirm.ts';
import { readKnownTemplates, readTemplateRows, type ClusterKey } from '../../inventory/known-templates.ts';
import type { ClusterObservation } from '../../inventory/observation.ts';
import { observeCluster } from '../../inventory/observe.ts';
import { recordObservation, type RecordSummary } from '../../inventory/record.ts';
import type { Engine, EngineCluster } from '../engine.ts';
import { finalPhases } from '../phases.ts';
import type { Plan, PlanRequest } from '../plan/plan.ts';
import { planReplication } from '../plan/plan-replication.ts';
import type { ReplicationPolicy } from '../policy/policy.ts';
import { readPolicy } from '../read-policy.ts';

export interface SurveyOptions {
  engine: Engine;
  cluster: EngineCluster;
  request?: PlanRequest;
  /** To plan by; the one that holds for the cluster unless told. */
  policy?: ReplicationPolicy;
  signal?: AbortSignal;
}

/** What is there and what is to be done about it. */
export interface Survey {
  observation: ClusterObservation;
  policy: ReplicationPolicy;
  plan: Plan;
}

/**
 * Observes a cluster, records what was seen, and plans. A plan that has something to do is made twice: the second time
 * from what the nodes themselves say, because the cluster's lists lag behind.
 */
export async function survey(options: SurveyOptions): Promise<Survey> {
  const { engine, cluster, signal } = options;
  const policy = options.policy ?? (await readPolicy(engine, cluster.id));
  const first = await observe(options);
  const draft = await makePlan(options, first, policy);
  if (draft.steps.length === 0 && draft.removals.length === 0) {
    await record(options, first);
    return { observation: first, policy, plan: await makePlan(options, first, policy) };
  }
  const { client, cache } = cluster;
  const nodes = first.nodes.map(({ name }) => name);
  const sources = draft.steps.map(({ sourceVmid }) => sourceVmid);
  const observation = await confirmObservation({ client, observation: first, cache, nodes, sources, signal });
  await record(options, observation);
  return { observation, policy, plan: await makePlan(options, observation, policy) };
}

/** One scan: observes and records. */
export async function scanOnce(
  options: SurveyOptions,
): Promise<{ observation: ClusterObservation; summary: RecordSummary }> {
  const observation = await observe(options);
  return { observation, summary: await record(options, observation) };
}

async function observe({ engine, cluster, signal }: SurveyOptions): Promise<ClusterObservation> {
  const { client, cache, id: clusterId } = cluster;
  const known = await readKnownTemplates(engine.store.prisma, await readKey(engine, clusterId));
  return observeCluster({ client, clusterId, known, cache, clock: engine.clock, signal });
}

async function record(
  { engine, cluster }: SurveyOptions,
  observation: ClusterObservation,
): Promise<RecordSummary> {
  const { store, clock, events } = engine;
  const { host, name } = await readKey(engine, cluster.id);
  const summary = await recordObservation(store, observation, { host, name, now: clock.now() });
  const { reachable, fault, templates } = observation;
  const clusterId = cluster.id;
  events.emit('scan', { clusterId, reached: reachable, templates: templates.length, errorCode: fault?.code });
  for (const { kind, vmid } of summary.changes) {
    const node = templates.find((template) => template.vmid === vmid)?.node;
    events.emit('template', { clusterId, vmid, node, change: kind });
  }
  return summary;
}

async function makePlan(
  { engine, cluster, request }: SurveyOptions,
  observation: ClusterObservation,
  policy: ReplicationPolicy,
): Promise<Plan> {
  const { prisma } = engine.store;
  const unfinished = { clusterId: cluster.id, phase: { notIn: [...finalPhases] } };
  const [rows, running] = await Promise.all([
    readTemplateRows(prisma, await readKey(engine, cluster.id)),
    prisma.replicationStep.findMany({ where: unfinished }),
  ]);
  return planReplication({ observation, policy, rows, running, request });
}

function readKey({ store }: Engine, id: string): Promise<ClusterKey & { name: string }> {
  const select = { id: true, host: true, name: true };
  return store.prisma.cluster.findUniqueOrThrow({ where: { id }, select });
}
