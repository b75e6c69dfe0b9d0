import { findUnconfirmed } from '../../replication/confirm-removal.ts';
import type { RunKind, RunTrigger } from '../../replication/rows.ts';
import type { ClassContext } from '../class-context.ts';
import { ClassError } from '../class-error.ts';
import type { ClassPlan, GuestPlan } from '../plan/class-plan.ts';
import type { ClassAnswer } from './class-service.ts';
import { findClass } from '../find-class.ts';
import { findLeftovers } from '../facts/find-leftovers.ts';
import { explainKept } from '../leaving/leaving-guests.ts';
import type { ClassRow } from '../rows.ts';
import { findLastRun, findRepeated, submitPlan } from './submit-plan.ts';

/** One request about a class that may become a run. */
export interface ClassRequest {
  found: ClassRow & { clusterId: string };
  kind: Extract<RunKind, `CLASS_${string}`>;
  trigger: RunTrigger;
  dryRun: boolean;
  idempotencyKey?: string;
  /** Of requests that remove what somebody works with: the class's name, where many guests go. */
  confirmed?: { confirm: string | undefined };
  /** What was asked for, kept with the run. */
  request: Readonly<Record<string, unknown>>;
  /** Looks and decides; throws ClassErrors. */
  makePlan(): Promise<GuestPlan>;
  /** Called instead of a run when there is nothing to do. */
  settle?(): Promise<void>;
}

const nothing: ClassPlan = {
  guestKind: 'qemu',
  detach: [],
  storages: [],
  make: [],
  remove: [],
  attempt: [],
  keep: [],
  takeBack: [],
  warnings: [],
};

/**
 * Answers a request: with the first answer's run when its key was used before, with the plan alone for a dry run or when
 * nothing is to be done, else with the run that carries the plan out.
 */
export async function carryOut(context: ClassContext, request: ClassRequest): Promise<ClassAnswer> {
  const { found, kind, trigger, dryRun, idempotencyKey } = request;
  const repeated = await findRepeated(context, { classId: found.id, kind, idempotencyKey });
  if (repeated !== undefined) return { class: await reread(context, found), plan: nothing, run: repeated };
  const lastRunId = dryRun ? 0 : await findLastRun(context, found);
  const takeBack = await findLeftovers(context.store.prisma, found.id);
  const plan = { ...(await request.makePlan()), takeBack };
  if (dryRun) return { class: await reread(context, found), plan };
  checkConfirmed(request, plan);
  await explainKept(context.store.prisma, found.clusterId, { keep: plan.keep, now: readTime(context) });
  if (plan.make.length + plan.remove.length + plan.attempt.length + takeBack.length === 0) {
    await request.settle?.();
    return { class: await reread(context, found), plan };
  }
  const asked = { ...request.request, idempotencyKey };
  const run = await submitPlan(context, { found, plan, kind, trigger, request: asked, lastRunId });
  const { make, remove } = plan;
  context.logger.info(
    { classId: found.id, runId: run.id, make: make.length, remove: remove.length },
    `class ${kind}`,
  );
  return { class: await reread(context, found), plan, run };
}

/** @throws ClassError CONFIRMATION_NEEDED */
function checkConfirmed({ found, confirmed }: ClassRequest, { remove, attempt }: ClassPlan): void {
  if (confirmed === undefined) return;
  const count = [...remove, ...attempt].filter(({ role }) => role !== 'BASE').length;
  const message = findUnconfirmed({ count, name: found.name, confirm: confirmed.confirm });
  if (message !== undefined) throw new ClassError('CONFIRMATION_NEEDED', message, { field: ['confirm'] });
}

function readTime({ clock }: ClassContext): Date {
  return new Date(clock.now());
}

function reread({ store }: ClassContext, { id }: ClassRow): Promise<ClassRow> {
  return findClass(store.prisma, id);
}
