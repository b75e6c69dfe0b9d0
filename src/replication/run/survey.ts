import type { ClusterFacts } from '../../inventory/observe/cluster-facts.ts';
import { confirmObservation } from '../../inventory/record/confirm.ts';
import {
  readKnownTemplates,
  readTemplateRows,
  type ClusterKey,
} from '../../inventory/observe/known-templates.ts';
import type { ClusterObservation } from '../../inventory/observe/observation.ts';
import { observeCluster } from '../../inventory/observe/observe.ts';
import { readClusterFacts } from '../../inventory/observe/read-cluster-facts.ts';
import { recordObservation, type RecordSummary } from '../../inventory/record/record.ts';
import type { Engine, EngineCluster } from '../engine.ts';
import { finalPhases } from '../phases.ts';
import type { Plan, PlanRequest } from '../plan/plan.ts';
import { planReplication } from '../plan/plan-replication.ts';
import type { ReplicationPolicy } from '../policy/policy.ts';
import { readPolicy } from '../read-policy.ts';
import { readRefusals } from './read-refusals.ts';

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
 * Observes a cluster, records what was seen, and plans. A plan that has something to do, or that somebody asked for, is
 * made again from what the nodes themselves say, because the cluster's lists lag behind; and where there are copies to
 * be made, from what they want of the nodes.
 */
export async function survey(options: SurveyOptions): Promise<Survey> {
  const { engine, cluster, request } = options;
  const policy = options.policy ?? (await readPolicy(engine, cluster.id));
  const first = await observe(options);
  // What was refused before may be possible by now: only what is read next can tell.
  const draft = await makePlan(options, { observation: first, policy, anew: true });
  if (isIdle(draft) && (request === undefined || draft.held !== undefined)) {
    await record(options, first);
    const plan = await makePlan(options, { observation: first, policy });
    // What was recorded may have told something new: that a template was none in between, say.
    if (isIdle(plan)) return { observation: first, policy, plan };
  }
  const observation = await confirm(options, first, draft);
  await record(options, observation);
  const facts = await readFacts(options, { observation, policy });
  return { observation, policy, plan: await makePlan(options, { observation, policy, facts }) };
}

function isIdle({ steps, removals }: Plan): boolean {
  return steps.length === 0 && removals.length === 0;
}

function confirm(
  { cluster, signal }: SurveyOptions,
  observation: ClusterObservation,
  draft: Plan,
): Promise<ClusterObservation> {
  const { client, cache } = cluster;
  const nodes = observation.nodes.map(({ name }) => name);
  const sources = draft.steps.map(({ sourceVmid }) => sourceVmid);
  return confirmObservation({ client, observation, cache, nodes, sources, signal });
}

/** What the copies that could be made want of their nodes; undefined when there are none. */
async function readFacts(
  options: SurveyOptions,
  { observation, policy }: Basis,
): Promise<ClusterFacts | undefined> {
  const { cluster, signal } = options;
  const { steps } = await makePlan(options, { observation, policy, anew: true });
  if (steps.length === 0) return undefined;
  const vmids = new Set(steps.flatMap(({ sourceVmid, copyVmid }) => [sourceVmid, copyVmid]));
  const guests = observation.templates.flatMap(({ vmid, details }) =>
    details && vmids.has(vmid) ? [details] : [],
  );
  const nodes = [...new Set(steps.map(({ targetNode }) => targetNode))];
  return readClusterFacts({ client: cluster.client, guests, nodes, storages: observation.storages, signal });
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
  { engine, cluster, signal }: SurveyOptions,
  observation: ClusterObservation,
): Promise<RecordSummary> {
  const { store, clock, events } = engine;
  const { host, name } = await readKey(engine, cluster.id);
  const summary = await recordObservation(store, observation, { host, name, now: clock.now() });
  const { reachable, blind, fault, templates } = observation;
  const clusterId = cluster.id;
  const reached = reachable && !blind;
  events.emit('scan', { clusterId, reached, templates: templates.length, errorCode: fault?.code });
  for (const { kind, vmid } of summary.changes) {
    const node = templates.find((template) => template.vmid === vmid)?.node;
    events.emit('template', { clusterId, vmid, node, change: kind });
  }
  if (reached)
    for (const { takeStock } of engine.extensions)
      await takeStock?.({ store, client: cluster.client, observation, signal });
  return summary;
}

/** What is planned from, beside the store. */
interface Basis {
  observation: ClusterObservation;
  policy: ReplicationPolicy;
  facts?: ClusterFacts;
  /** As if nothing had been refused before. */
  anew?: boolean;
}

async function makePlan(
  { engine, cluster, request }: SurveyOptions,
  { anew = false, ...basis }: Basis,
): Promise<Plan> {
  const { prisma } = engine.store;
  const unfinished = { clusterId: cluster.id, phase: { notIn: [...finalPhases] } };
  const [rows, running, refusals] = await Promise.all([
    readTemplateRows(prisma, await readKey(engine, cluster.id)),
    prisma.replicationStep.findMany({ where: unfinished }),
    anew ? [] : readRefusals(prisma, cluster.id),
  ]);
  return planReplication({ ...basis, rows, running, refusals, request });
}

function readKey({ store }: Engine, id: string): Promise<ClusterKey & { name: string }> {
  const select = { id: true, host: true, name: true };
  return store.prisma.cluster.findUniqueOrThrow({ where: { id }, select });
}
