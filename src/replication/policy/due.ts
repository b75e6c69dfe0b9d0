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

/** Whether the timer has to begin a pass now. The first one is always due. */
export function isDue(
  policy: Pick<ReplicationPolicy, 'schedule' | 'timezone'>,
  { lastStartedAt, now, intervalMs }: DueInput,
): boolean {
  if (lastStartedAt === undefined) return true;
  const next = policy.schedule === undefined ? lastStartedAt + intervalMs : nextDue(policy, lastStartedAt);
  return next !== undefined && next <= now;
}
