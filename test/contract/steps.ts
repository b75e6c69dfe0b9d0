import { describeError } from '../../src/errors/hub-error.ts';
import type { Identities } from './identities.ts';
import { describeForm } from './line-forms.ts';
import type { Machine } from './machine.ts';
import { findPlace } from './places.ts';
import type { Series } from './recording.ts';
import { announcedUpid } from './scope.ts';
import { SetupError, type Place, type Step } from './setup.ts';
import type { Translation } from './translation.ts';

/** What unrecorded steps work on. */
export interface StepContext {
  readonly machine: Machine;
  readonly translation: Translation;
  readonly identities: Identities;
  /** Steps name tasks by the exchanges of the series that announced them. */
  readonly series: Series;
  /** Told when a step could not be done: the run goes on, and shows in the exchanges what came of it. */
  readonly warn: (message: string) => void;
}

/** Does unrecorded steps, one after the other. */
export async function runSteps(steps: readonly Step[], context: StepContext): Promise<void> {
  for (const step of steps) {
    try {
      await runStep(step, context);
    } catch (error) {
      context.warn(`Step ${JSON.stringify(step)} failed: ${describeError(error)}`);
    }
  }
}

async function runStep(step: Step, context: StepContext): Promise<void> {
  if ('pause' in step) await context.machine.pause(step.pause * 1000);
  else if ('wait' in step) await actOnTask('wait-task', step.wait, context);
  else if ('kill' in step) await actOnTask('kill-worker', step.kill, context);
  else if ('request' in step) await runRequest(step.request, context);
  else await context.machine.control(step);
}

/** When the replay announced no such task, there is nothing to do: the exchange itself shows the difference. */
async function actOnTask(
  action: 'wait-task' | 'kill-worker',
  place: Place,
  context: StepContext,
): Promise<void> {
  const index = findPlace(context.series, place) ?? -1;
  const recorded = announcedUpid(context.series.exchanges[index]?.response.body ?? null);
  const upid = recorded === undefined ? undefined : context.translation.replayedOf(recorded);
  if (upid !== undefined) await context.machine.control({ do: action, upid });
}

type RequestStep = Extract<Step, { request: unknown }>['request'];

async function runRequest(step: RequestStep, context: StepContext): Promise<void> {
  const { machine, translation, identities } = context;
  const body = step.body ?? null;
  const headers = { ...(await identities.login(step.user)), ...describeForm(body) };
  const request = { method: step.method, path: `/api2/json${step.path}`, headers, body };
  const answer = await machine.send(translation.translate(request), machine.anyAddress);
  if (answer.status !== 200)
    throw new SetupError('SETUP_REQUEST', `it was answered ${answer.status} ${answer.reason}`);
  const upid = announcedUpid(answer.body);
  if (upid !== undefined) await machine.control({ do: 'wait-task', upid });
}
