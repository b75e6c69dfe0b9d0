import { type Clock, type Random, systemClock } from '../time/clock.ts';
import {
  createSimulator,
  type Simulator,
  type SimulatorAddress,
  type SimulatorOptions,
} from './simulator.ts';
import type { WorldInput } from './world.ts';

export interface StartOptions {
  readonly world: WorldInput;
  readonly host?: string;
  readonly port?: number;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly onRequest?: SimulatorOptions['onRequest'];
}

/** A simulator that is being served. */
export interface StartedSimulator {
  readonly simulator: Simulator;
  readonly addresses: readonly SimulatorAddress[];
  close(): Promise<void>;
}

/** Builds a simulator and serves it over HTTPS. */
export async function startSimulator(options: StartOptions): Promise<StartedSimulator> {
  const { world, clock = systemClock, random = Math.random, onRequest } = options;
  const simulator = createSimulator({ world, clock, random, ...(onRequest ? { onRequest } : {}) });
  const addresses = await simulator.listen({ host: options.host ?? '127.0.0.1', port: options.port ?? 0 });
  return { simulator, addresses, close: () => simulator.close() };
}
