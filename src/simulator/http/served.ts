import type { ControlReport, ControlStepInput } from '../control.ts';
import type { SimulatorState } from '../state.ts';
import type { World } from '../world.ts';
import type { SimulatorRequest, SimulatorResponse } from './message.ts';

/** What is served over HTTPS: the installations, and what may be done to them from outside their API. */
export interface Served {
  /** Answers a request without a socket. Rejects with ConnectionCut where a socket would be refused or cut. */
  handle(request: SimulatorRequest): Promise<SimulatorResponse>;
  /** Does something to the installations from outside their API. */
  control(step: ControlStepInput): Promise<ControlReport>;
  /** The books as they are. */
  state(): SimulatorState;
  /** A world from which another simulator goes on. */
  snapshot(): World;
}
