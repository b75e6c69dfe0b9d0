import { ZodError } from 'zod';
import { describeError } from '../../errors/hub-error.ts';
import { controlStepSchema } from '../control.ts';
import { ControlError } from '../errors.ts';
import type { Served } from './served.ts';
import { receiveBody } from './decode.ts';
import type { SimulatorRequest, SimulatorResponse } from './message.ts';

/** `POST /simulator/control`, `GET /simulator/state`, `GET /simulator/snapshot`; undefined for all other paths. */
export async function answerControl(
  simulator: Served,
  request: SimulatorRequest,
): Promise<SimulatorResponse | undefined> {
  switch (`${request.method} ${request.path}`) {
    case 'GET /simulator/state':
      return compose(200, 'OK', simulator.state());
    case 'GET /simulator/snapshot':
      return compose(200, 'OK', simulator.snapshot());
    case 'POST /simulator/control':
      return runControl(simulator, (await receiveBody(request)) ?? '');
    default:
      return undefined;
  }
}

async function runControl(simulator: Served, body: string): Promise<SimulatorResponse> {
  try {
    const step = controlStepSchema.parse(JSON.parse(body));
    return compose(200, 'OK', await simulator.control(step));
  } catch (error) {
    const isTheirs =
      error instanceof ZodError || error instanceof ControlError || error instanceof SyntaxError;
    if (!isTheirs) throw error;
    return compose(400, 'Bad Request', { error: describeError(error) });
  }
}

function compose(status: number, reason: string, value: unknown): SimulatorResponse {
  const body = JSON.stringify(value);
  const headers = [
    ['Content-Type', 'application/json'],
    ['Content-Length', String(Buffer.byteLength(body))],
  ] as const;
  return { status, reason, headers, body };
}
