import { findQuietEnd, findQuietStart, inQuietHours } from '../policy/quiet-hours.ts';
import type { ReplicationPolicy } from '../policy/policy.ts';
import type { RunRow, StepRow } from '../rows.ts';

/** What a run waits for, as words for programs. */
export type HoldReason =
  | 'PAUSED'
  | 'QUIET_HOURS'
  | 'OTHER_RUN'
  | 'OTHER_SERVER'
  | 'NO_SERVER'
  | 'NOT_CONFIGURED'
  | 'NEXT_TRY';

/** Why nothing of a run is done at the moment. Times in epoch milliseconds. */
export interface Hold {
  reason: HoldReason;
  /** Undefined where nobody wrote it down. */
  since?: number;
  /** When it is over by itself, as far as that is known. */
  until?: number;
  /** One sentence, with the command that ends it where there is one. */
  message: string;
}

/** What is known of a run that is not finished. */
export interface HoldFacts {
  now: number;
  run: Pick<
    RunRow,
    'id' | 'clusterId' | 'kind' | 'status' | 'createdAt' | 'cancelRequestedAt' | 'errorMessage'
  >;
  /** The one of the cluster that is under way, or was asked for before. */
  before?: Pick<RunRow, 'id' | 'startedAt' | 'createdAt' | 'status'>;
  pause?: { since?: number };
  /** Undefined where this process does not know: it is not configured, or only reads. */
  policy?: Pick<ReplicationPolicy, 'paused' | 'quietHours' | 'timezone'>;
  /** False: this process works on clusters, but not on this one. Undefined: it works on none. */
  configured?: boolean;
  /** Who has the right to work on the cluster, if anybody has. */
  worker?: { name: string; expiresAt: number; own: boolean };
  /** The run's steps that are not final. */
  steps: readonly Pick<StepRow, 'name' | 'targetNode' | 'phase' | 'notBefore' | 'errorMessage'>[];
}

/** What holds a run; undefined when it is over, under way, or about to begin. Pure. */
export function findHold(facts: HoldFacts): Hold | undefined {
  const { run, steps, now } = facts;
  if (run.status === 'FINISHED' || run.cancelRequestedAt !== null) return undefined;
  const dead = findDeadServer(facts);
  if (dead !== undefined) return dead;
  const isMoving = steps.some(({ phase, notBefore }) => phase !== 'PLANNED' && !isLater(notBefore, now));
  if (isMoving) return undefined;
  return findPause(facts) ?? (run.status === 'QUEUED' ? findQueue(facts) : undefined) ?? findNextTry(facts);
}

function isLater(notBefore: Date | null, now: number): boolean {
  return notBefore !== null && notBefore.getTime() > now;
}

/** Somebody began it and is gone: whoever comes next goes on with it. */
function findDeadServer({ run, worker, now }: HoldFacts): Hold | undefined {
  if (run.status !== 'RUNNING' || (worker !== undefined && worker.expiresAt > now)) return undefined;
  const message = `No server works on cluster ${run.clusterId}; the next one that is started goes on with the run: hub serve`;
  return { reason: 'NO_SERVER', since: worker?.expiresAt || undefined, message };
}

/** Pause and quiet hours hold replication only. */
function findPause({ run, pause, policy, now }: HoldFacts): Hold | undefined {
  const { clusterId } = run;
  if (run.kind !== 'REPLICATION') return undefined;
  if (pause !== undefined) {
    const since = pause.since === undefined ? '' : ` since ${describeTime(pause.since)}`;
    const message = `Replication of ${clusterId} is paused${since}; let it go on with: hub replicate resume ${clusterId}`;
    return { reason: 'PAUSED', since: pause.since, message };
  }
  if (policy?.paused) {
    const message = `The replication policy of ${clusterId} says "paused"; see: hub replicate policy ${clusterId}`;
    return { reason: 'PAUSED', message };
  }
  if (policy === undefined || !inQuietHours(policy, now)) return undefined;
  const until = findQuietEnd(policy, now);
  const end = until === undefined ? 'that never end' : `until ${describeTime(until, policy.timezone)}`;
  const message = `Quiet hours of ${clusterId} ${end}: no copy is begun`;
  return { reason: 'QUIET_HOURS', since: findQuietStart(policy, now), until, message };
}

/** One run a cluster at a time, by one server. */
function findQueue({ run, before, configured, worker, now }: HoldFacts): Hold | undefined {
  const { clusterId } = run;
  if (before !== undefined) {
    const since = (before.startedAt ?? before.createdAt).getTime();
    const state = before.status === 'RUNNING' ? 'is under way' : 'comes first';
    const message = `Run ${before.id} of ${clusterId} ${state}: one run a cluster at a time; see: hub replicate status ${before.id}`;
    return { reason: 'OTHER_RUN', since, message };
  }
  if (configured === false) {
    const message = `Cluster ${clusterId} is not in the clusters file of this server; one that has it there does the work`;
    return { reason: 'NOT_CONFIGURED', since: run.createdAt.getTime(), message };
  }
  if (worker === undefined || worker.own || worker.expiresAt <= now) return undefined;
  const message = `Server ${worker.name} works on ${clusterId}; should it be gone, this one begins at ${describeTime(worker.expiresAt)}`;
  return { reason: 'OTHER_SERVER', until: worker.expiresAt, message };
}

/** Everything that is left of it failed before and waits for its next try. */
function findNextTry({ run, steps, now }: HoldFacts): Hold | undefined {
  if (run.status === 'QUEUED' && steps.length === 0) return undefined;
  if (steps.length === 0 && run.errorMessage !== null)
    return { reason: 'NEXT_TRY', message: `It is tried again: ${run.errorMessage}` };
  const waiting = steps.filter(({ notBefore }) => isLater(notBefore, now));
  const [next] = waiting.toSorted((a, b) => Number(a.notBefore) - Number(b.notBefore));
  if (next?.notBefore === undefined || next.notBefore === null) return undefined;
  const until = next.notBefore.getTime();
  const message = `${next.name} → ${next.targetNode} is tried again at ${describeTime(until)}: ${next.errorMessage ?? 'it waits'}`;
  return { reason: 'NEXT_TRY', until, message };
}

/** `28 Nov 2026, 07:00 Europe/Vienna`. */
function describeTime(moment: number, timeZone = 'UTC'): string {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'medium', timeStyle: 'short' });
  return `${format.format(moment)} ${timeZone}`;
}
