import type { StepExtension } from '../../replication/order.ts';
import type { Clock } from '../../time/clock.ts';
import { finishClassRun } from './finish-run.ts';
import { takeStock } from '../leaving/take-stock.ts';
import { takeUpLeaving } from './take-up.ts';
import { writeBase } from './write-base.ts';
import { forgetGuest, writeMachine } from './write-machine.ts';

/** What classes add to the step machine: rows of what was made and removed, what hangs, and the class's state. */
export function createClassExtension({ clock }: { clock: Clock }): StepExtension {
  return {
    kinds: ['CLASS_BASE', 'CLASS_TEACHER', 'CLASS_STUDENT', 'REMOVE'],
    register: (database, step) =>
      step.kind === 'CLASS_BASE'
        ? writeBase(database, step, new Date(clock.now()))
        : writeMachine(database, step, new Date(clock.now())),
    unregister: (database, step) => forgetGuest(database, step),
    takeUp: (pass) => takeUpLeaving(pass, new Date(clock.now())),
    takeStock: (stock) => takeStock(stock, new Date(clock.now())),
    finish: (database, run) => finishClassRun(database, run, new Date(clock.now())),
  };
}
