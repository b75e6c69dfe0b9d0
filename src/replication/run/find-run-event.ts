import type { HubEventKind } from '../../../prisma/generated/sqlite/enums.ts';
import type { RunRow } from '../rows.ts';

type Finished = Pick<RunRow, 'trigger' | 'outcome' | 'stepsTotal'>;

/** What webhooks are told of a run that is over. Not of one that nobody asked for and that had nothing to do. Pure. */
export function findRunEvent({ trigger, outcome, stepsTotal }: Finished): HubEventKind | undefined {
  if (outcome === 'FAILED' || outcome === 'PARTIAL') return 'RUN_FAILED';
  const isAsked = trigger === 'MUTATION' || trigger === 'COMMAND';
  return isAsked || stepsTotal > 0 ? 'RUN_FINISHED' : undefined;
}
