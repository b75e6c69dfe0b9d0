import type { StepExtension } from '../replication/order.ts';
import type { Clock } from '../time/clock.ts';
import { finishClassRun } from './finish-run.ts';
import { writeBase } from './write-base.ts';
import { forgetMachine, writeMachine } from './write-machine.ts';

/** What classes add to the step machine: rows of what was made and removed, and the class's state in the end. */
export function createClassExtension({ clock }: { clock: Clock }): StepExtension {
  return {
    kinds: ['CLASS_BASE', 'CLASS_TEACHER', 'CLASS_STUDENT', 'REMOVE'],
    register: (database, step) =>
      step.kind === 'CLASS_BASE'
        ? writeBase(database, step, new Date(clock.now()))
        : writeMachine(database, step, new Date(clock.now())),
    unregister: (database, step) => forgetMachine(database, step),
    finish: (database, run) => finishClassRun(database, run),
  };
}
