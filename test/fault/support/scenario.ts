import type { StepExtension } from '../../../src/replication/order.ts';
import type { WorldInput } from '../../../src/simulator/world.ts';
import type { Clock, Random } from '../../../src/time/clock.ts';
import type { LabServer } from '../../replication/support/laboratory.ts';
import type { Audit, Books } from './books.ts';

/** What a server is to bring about in a fault run, and in which world. */
export interface Scenario {
  name: string;
  world: WorldInput;
  policy?: unknown;
  extensions?: (clock: Clock) => readonly StepExtension[];
  /** Asks a server for what is still missing, and waits for it; called for each server and again in each pass. */
  ask(server: LabServer, chance: { random: Random }): Promise<void>;
  /** Holds the simulator's books against what was to be. */
  audit(audit: Audit): Promise<Books>;
}
