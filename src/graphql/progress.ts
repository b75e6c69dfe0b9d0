import type { ReplicationRun, ReplicationStep } from '../../prisma/generated/sqlite/client.ts';
import {
  estimateEnd,
  estimateRunEnd,
  measurePace,
  measureRun,
  measureStep,
} from '../replication/progress/measure.ts';
import { builder } from './builder.ts';
import { computed } from './fields/computed.ts';
import { toDate } from './moment.ts';

/** Columns of runs and steps that their pace and their end are worked out from. */
const measuredColumns = {
  bytesDone: true,
  bytesTotal: true,
  bytesPerSecond: true,
  progressAt: true,
} as const;

/** Columns that a run's share is worked out from. */
const countedColumns = {
  status: true,
  outcome: true,
  bytesDone: true,
  bytesTotal: true,
  stepsDone: true,
  stepsTotal: true,
} as const;

type Measured = Pick<ReplicationStep, keyof typeof measuredColumns>;
type Counted = Pick<ReplicationRun, keyof typeof countedColumns>;

builder.prismaObjectFields('ReplicationRun', (t) => ({
  bytesTotal: t.expose('bytesTotal', {
    type: 'BigInt',
    description: 'Bytes to be copied: the sizes of the guests of its steps.',
  }),
  bytesDone: t.expose('bytesDone', {
    type: 'BigInt',
    description: 'Bytes done so far, those of steps under way included.',
  }),
  percent: t.float({
    description: 'How much is done, 0 to 100: by bytes where they are known, else by steps.',
    ...computed<Counted, number>(countedColumns, measureRun),
  }),
  bytesPerSecond: t.float({
    nullable: true,
    description:
      'How fast the bytes of all its copies come; null when none is under way, or nothing was heard of them for 30 s.',
    ...computed<Measured & Pick<ReplicationRun, 'status'>, number | null>(
      { ...measuredColumns, status: true },
      (run, now) => (run.status === 'RUNNING' ? measurePace(run, now()) : undefined) ?? null,
    ),
  }),
  estimatedEndAt: t.field({
    type: 'DateTime',
    nullable: true,
    description:
      'When it will be finished at that pace, or at that since it began; null when nobody can tell.',
    ...computed<Measured & Counted & Pick<ReplicationRun, 'startedAt'>, Date | null>(
      { ...measuredColumns, ...countedColumns, startedAt: true },
      (run, now) => (run.status === 'RUNNING' ? toDate(estimateRunEnd(run, now())) : null),
    ),
  }),
}));

builder.prismaObjectFields('ReplicationStep', (t) => ({
  percent: t.float({
    description:
      'Share of its bytes that is done, 0 to 100; of a step that copies nothing, 100 once it is done.',
    ...computed<Pick<ReplicationStep, 'phase' | 'bytesDone' | 'bytesTotal'>, number>(
      { phase: true, bytesDone: true, bytesTotal: true },
      measureStep,
    ),
  }),
  bytesTotal: t.expose('bytesTotal', {
    type: 'BigInt',
    description: 'Bytes to be copied: the size of the guest, as the plan says it.',
  }),
  bytesDone: t.expose('bytesDone', {
    type: 'BigInt',
    description: 'Bytes done so far. Of a guest that is cloned and then migrated each copy counts for half.',
  }),
  bytesPerSecond: t.float({
    nullable: true,
    description: 'How fast its bytes come; null when nothing is copied, or nothing was heard of it for 30 s.',
    ...computed<Measured, number | null>(measuredColumns, (step, now) =>
      step.bytesPerSecond === null ? null : (measurePace(step, now()) ?? null),
    ),
  }),
  estimatedEndAt: t.field({
    type: 'DateTime',
    nullable: true,
    description: 'When all its bytes will be there at that pace; null when nobody can tell.',
    ...computed<Measured, Date | null>(measuredColumns, (step, now) =>
      step.bytesPerSecond === null ? null : toDate(estimateEnd(step, now())),
    ),
  }),
}));
