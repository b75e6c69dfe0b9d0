import { parseCron } from './cron.ts';
import type { ReplicationPolicy } from './policy.ts';

/** When the next pass of the policy's schedule is due after `after`, epoch milliseconds; undefined without a schedule. */
export function nextDue(
  policy: Pick<ReplicationPolicy, 'schedule' | 'timezone'>,
  after: number,
): number | undefined {
  if (policy.schedule === undefined) return undefined;
  return parseCron(policy.schedule, policy.timezone)?.nextRun(new Date(after))?.getTime();
}

/** When a pass last began, what the clock says, and how far passes are apart where the policy has no schedule. */
export interface DueInput {
  /** Epoch milliseconds; undefined when there was none yet. */
  lastStartedAt: number | undefined;
  now: number;
  intervalMs: number;
}

/** How far ahead the clock of another server may be, milliseconds. */
const toleratedMs = 60_000;

/** Whether a moment that is over lies ahead: the clock was set back since, and it says nothing about what is due. Pure. */
function liesAhead(moment: number, now: number): boolean {
  return moment > now + toleratedMs;
}

/** Whether a scan is due, by the end of the last one, or of the last try. Pure. */
export function isScanDue({
  last,
  now,
  intervalMs,
}: {
  last: number;
  now: number;
  intervalMs: number;
}): boolean {
  return last + intervalMs <= now || liesAhead(last, now);
}

/** Whether the timer has to begin a pass now. The first one is always due. */
export function isDue(
  policy: Pick<ReplicationPolicy, 'schedule' | 'timezone'>,
  { lastStartedAt, now, intervalMs }: DueInput,
): boolean {
  if (lastStartedAt === undefined || liesAhead(lastStartedAt, now)) return true;
  const next = policy.schedule === undefined ? lastStartedAt + intervalMs : nextDue(policy, lastStartedAt);
  return next !== undefined && next <= now;
}
