import { z } from 'zod';
import type { PlannedRemoval } from '../plan/plan.ts';
import type { MakeOrder, StepOrder } from '../order.ts';
import { recount } from '../progress/count-steps.ts';
import type { RunRow } from '../rows.ts';
import { toStepData, type StepData } from '../step-data.ts';
import { createToken } from '../token.ts';
import { assignStrays } from './assign-strays.ts';
import type { RunContext } from './context.ts';
import { draftRemoval, draftReplica, type DoomedReplica } from './draft-order.ts';
import { findLeftovers, findStrays, type Stray } from './find-halves.ts';
import { isSamePair, reopen, type Reopening } from './reopen.ts';
import { sortRemovals } from './sort-removals.ts';
import { survey, type Survey } from './survey.ts';

/** What a request asked for, as stored in its run. */
export const storedRequestSchema = z.object({
  vmids: z.array(z.int()).optional(),
  nodes: z.array(z.string()).optional(),
  /** Somebody asked for it: it covers templates that are replicated on demand only. */
  asked: z.boolean().default(false),
  /** Also what was refused before. */
  retry: z.boolean().default(false),
});

/** A failed look at the cluster; nothing was planned. */
export interface Unreachable {
  code: string;
  message: string;
  /** Looking again would show the same: somebody has to do something first. */
  final?: boolean;
}

/**
 * Surveys the cluster and writes the run's steps, all in one transaction: what is planned, what earlier runs left half
 * made, and what is to be removed. A run without steps that is found later was not prepared yet, so it is safe to repeat.
 */
export async function prepareRun(context: RunContext, run: RunRow): Promise<Unreachable | undefined> {
  const seen = await surveyFor(context, run);
  const { held } = seen.plan;
  if (held?.code === 'NO_GUESTS_VISIBLE')
    return { ...held, final: seen.observation.fault?.code === held.code };
  if (!seen.observation.reachable || held?.code === 'NO_QUORUM') {
    const fault = seen.observation.fault ?? held;
    return {
      code: fault?.code ?? 'UNREACHABLE',
      message: fault?.message ?? 'The cluster cannot be reached.',
    };
  }
  if (held !== undefined) return undefined;
  const leftovers = await findLeftovers(context);
  const reopened = leftovers.map((leftover) => reopen(leftover, run.id, seen.plan));
  const orders = await draftOrders(context, seen, reopened);
  await write(context, run, { reopened, orders });
  report(context, run, { seen, steps: orders.length });
  return undefined;
}

/** What the plan came to, and how often each reason stood in the way: nothing else keeps the reasons of a plan. */
function report(
  { engine, cluster }: RunContext,
  run: RunRow,
  { seen, steps }: { seen: Survey; steps: number },
): void {
  const reasons: Record<string, number> = {};
  for (const { reason } of seen.plan.placements) {
    if (reason !== undefined) reasons[reason.code] = (reasons[reason.code] ?? 0) + 1;
  }
  for (const remark of seen.plan.remarks)
    engine.logger.warn({ runId: run.id, clusterId: cluster.id }, remark);
  engine.logger.info(
    { runId: run.id, clusterId: cluster.id, steps, reasons },
    'Template replication planned',
  );
}

/** Removals that became possible by what the run made: the old ones that were replaced. */
export async function prepareRemovals(context: RunContext, run: RunRow): Promise<number> {
  const seen = await surveyFor(context, run);
  const orders = await draftRemovals(
    context,
    seen.plan.removals.filter(({ why }) => why === 'REPLACED'),
  );
  await write(context, run, { reopened: [], orders });
  return orders.length;
}

function surveyFor({ engine, cluster, signal }: RunContext, run: RunRow): Promise<Survey> {
  const { vmids, nodes, asked, retry } = storedRequestSchema.parse(JSON.parse(run.request));
  const request = asked ? { vmids, nodes, retry } : undefined;
  return survey({ engine, cluster, request, signal });
}

type Ordered = StepOrder & { adopted?: boolean };

async function draftOrders(
  context: RunContext,
  seen: Survey,
  reopened: readonly Reopening[],
): Promise<Ordered[]> {
  const { random } = context.engine;
  const active = reopened.filter((one) => one.active);
  const steps = seen.plan.steps.filter((planned) => !active.some(({ step }) => isSamePair(planned, step)));
  const { adopted, surplus, rest } = assignStrays(steps, await findStrays(context, seen));
  return [
    ...adopted.map(({ step, stray }) =>
      adopt(draftReplica(step, seen.policy, stray.guest.marker.token), stray),
    ),
    ...rest.map((step) => draftReplica(step, seen.policy, createToken(random))),
    ...surplus.map((stray) => draftRemoval(describeStray(stray), createToken(random), { halfMade: true })),
    ...(await draftRemovals(context, seen.plan.removals)),
    ...(await takeUp(context)),
  ];
}

/** What other parts of the house could not remove earlier. */
async function takeUp({ engine, cluster }: RunContext): Promise<StepOrder[]> {
  const { store, random, extensions } = engine;
  const pass = { store, random, client: cluster.client, clusterId: cluster.id };
  const orders = await Promise.all(
    extensions.map(async (extension) => (await extension.takeUp?.(pass)) ?? []),
  );
  return orders.flat();
}

function adopt(order: MakeOrder, { guest }: Stray): MakeOrder & { adopted: true } {
  return { ...order, vmid: guest.address.vmid, adopted: true };
}

function describeStray({ guest }: Stray): DoomedReplica {
  const { address, config, marker } = guest;
  const { vmid, node, kind: guestKind } = address;
  return { vmid, node, guestKind, name: config.name ?? `VM ${vmid}`, sourceVmid: marker.source };
}

/** What something stands in the way of stays, and is looked at again in the next pass. */
async function draftRemovals(
  { engine, cluster, signal }: RunContext,
  removals: readonly PlannedRemoval[],
): Promise<StepOrder[]> {
  const { remove, keep } = await sortRemovals({ client: cluster.client, signal }, removals);
  for (const { vmid, why, reason } of keep)
    engine.logger.info(
      { clusterId: cluster.id, vmid, why, code: reason.code },
      `replica stays: ${reason.message}`,
    );
  return remove.map((removal) => draftRemoval(removal, createToken(engine.random)));
}

async function write(
  { journal, cluster, engine }: RunContext,
  run: RunRow,
  { reopened, orders }: { reopened: readonly Reopening[]; orders: readonly Ordered[] },
): Promise<void> {
  const clusterId = cluster.id;
  const rows = orders.map((order) => toRow(order, { runId: run.id, clusterId, now: engine.clock.now() }));
  await journal.transaction(async (database) => {
    for (const { step, change } of reopened)
      await database.replicationStep.update({ where: { id: step.id }, data: change });
    // A token belongs to one row: that of a step which ended long ago gives way to the one that goes on with its guest.
    const tokens = rows.map(({ token }) => token);
    await database.replicationStep.deleteMany({ where: { token: { in: tokens } } });
    if (rows.length > 0) await database.replicationStep.createMany({ data: rows });
    await recount(database, run.id);
  });
}

function toRow(
  { adopted, ...order }: Ordered,
  place: { runId: number; clusterId: string; now: number },
): StepData {
  const { now, ...ids } = place;
  const data = toStepData(order, ids);
  return adopted ? { ...data, phase: 'CLONING', startedAt: new Date(now) } : data;
}
