/** The stored rows replication works on; the SQLite client's types stand for both providers. */
export type {
  ReplicationRun as RunRow,
  ReplicationStep as StepRow,
} from '../../prisma/generated/sqlite/client.ts';
export type {
  GuestKind,
  RunKind,
  RunOutcome,
  RunStatus,
  RunTrigger,
  StepKind,
  StepPhase,
} from '../../prisma/generated/sqlite/enums.ts';
