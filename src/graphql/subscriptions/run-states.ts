import { isUnchanged, type TableVersions } from '../../store/revision.ts';
import type { Store } from '../../store/store.ts';

/** What the state of a run depends on. */
export const runTables = ['replication_runs', 'replication_steps'];

/** A run at a moment, told by a text that is another whenever the run or one of its steps changed. */
export interface RunState {
  readonly text: string;
  /** No further state will come: it is finished, or not there. */
  readonly final: boolean;
}

/** The states of runs, read once for all who watch the same run. */
export interface RunStates {
  /** Without a change of `runTables` no run has another state. */
  readonly revision: Store['revision'];
  read(runId: number): Promise<RunState>;
}

/** Makes the states that the subscriptions of a server share. */
export function createRunStates(store: Store): RunStates {
  const latest = new Map<number, { revision: TableVersions; state: Promise<RunState> }>();
  return {
    revision: store.revision,
    read: (runId) => {
      const revision = store.revision.current();
      const known = latest.get(runId);
      if (known && isUnchanged(runTables, known.revision, revision)) return known.state;
      const state = readState(store, runId).then((read) => {
        if (read.final) latest.delete(runId);
        return read;
      });
      latest.set(runId, { revision, state });
      return state;
    },
  };
}

async function readState({ prisma }: Store, runId: number): Promise<RunState> {
  const run = await prisma.replicationRun.findUnique({ where: { id: runId } });
  if (!run) return { text: 'none', final: true };
  const steps = await prisma.replicationStep.aggregate({
    where: { runId },
    _max: { updatedAt: true },
    _sum: { bytesDone: true },
  });
  const { updatedAt, status, outcome, stepsDone, stepsFailed } = run;
  const text = JSON.stringify(
    [updatedAt, status, outcome, stepsDone, stepsFailed, steps._max, steps._sum],
    writeBigInt,
  );
  return { text, final: status === 'FINISHED' };
}

/** JSON knows no big integers. */
function writeBigInt(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
