import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProxmoxClient, type ProxmoxClient } from '../../../src/proxmox/client.ts';
import type { Transport } from '../../../src/proxmox/http/transport.ts';
import { createReplicator } from '../../../src/replication/create-replicator.ts';
import type { StepExtension } from '../../../src/replication/order.ts';
import type {
  ReplicationLogger,
  Replicator,
  ReplicatorOptions,
} from '../../../src/replication/replicator.ts';
import { createSimulator, type Simulator, type SimulatorOptions } from '../../../src/simulator/simulator.ts';
import type { WorldInput } from '../../../src/simulator/world.ts';
import { openStore, type Store } from '../../../src/store/store.ts';
import type { Clock, Random } from '../../../src/time/clock.ts';
import { DrivenClock } from '../../../src/time/driven-clock.ts';
import { createSimulatorTransport } from '../../proxmox/simulator-transport.ts';
import { driveUntil } from './drive-until.ts';
import { Life, type KillPoint, type Stall } from './life.ts';
import { createRandom } from './random.ts';
import { clusterId, password, user } from './small-world.ts';

export interface LaboratoryOptions {
  world: WorldInput;
  seed?: number;
  /** Stands between the servers and the simulator, for instance to break answers. */
  spoil?: (transport: Transport) => Transport;
  logger?: ReplicationLogger;
  attempts?: number;
  intervals?: ReplicatorOptions['intervals'];
  policy?: unknown;
  /** Told of every request that the simulator has answered. */
  onRequest?: SimulatorOptions['onRequest'];
  /** Told of each server that boots. */
  observe?: (server: LabServer, laboratory: Laboratory) => void;
  /** Made anew for each server, on its own clock. */
  extensions?: (clock: Clock) => readonly StepExtension[];
}

/** One server of a laboratory. */
export interface LabServer {
  life: Life;
  replicator: Replicator;
  store: Store;
  clients: ReadonlyMap<string, ProxmoxClient>;
  /** Stands still for ever once the server was killed. */
  clock: Clock;
}

/** A simulator, a database and any number of servers on them, all on one driven clock. */
export interface Laboratory {
  clock: DrivenClock;
  simulator: Simulator;
  random: Random;
  /** A new server on the same database and simulator. */
  boot(options?: { killAt?: KillPoint; stall?: Omit<Stall, 'clock'>; policy?: unknown }): LabServer;
  /** Moves time until the promise settles or every server of the laboratory was killed. */
  drive<Result>(promise: Promise<Result>, over?: () => boolean): Promise<Result | undefined>;
  /** Starts a server and lets it come to rest. */
  settle(server: LabServer): Promise<void>;
  /** As if the file had been deleted: the next server finds an empty database. */
  forgetDatabase(): Promise<void>;
  store: Store;
  close(): Promise<void>;
}

const silent = () => undefined;
/** Says nothing. */
export const silentLogger: ReplicationLogger = { debug: silent, info: silent, warn: silent, error: silent };

export async function createLaboratory(options: LaboratoryOptions): Promise<Laboratory> {
  const { world, seed = 1, spoil = (transport) => transport, logger = silentLogger } = options;
  const random = createRandom(seed);
  const clock = new DrivenClock();
  const { onRequest } = options;
  const simulator = createSimulator({ world, clock, random, ...(onRequest ? { onRequest } : {}) });
  const folder = mkdtempSync(join(tmpdir(), 'template-hub-lab-'));
  const lives: Life[] = [];
  const laboratory: Laboratory = {
    clock,
    simulator,
    random,
    store: await openFresh(folder, 1),
    boot: ({ killAt, stall, policy = options.policy } = {}) => {
      const life = new Life(killAt, stall && { ...stall, clock });
      lives.push(life);
      const store = life.watchStore(laboratory.store);
      const lived = life.watchClock(clock);
      const transport = life.watchTransport(
        spoil(createSimulatorTransport(simulator, { cluster: clusterId })),
      );
      const connection = { clusterId, host: 'lab.test', user, password, tls: { mode: 'insecure' } as const };
      const client = createProxmoxClient({ connection, clock: lived, random, transport });
      const clients = new Map([[clusterId, client]]);
      const policies = new Map([[clusterId, policy ?? {}]]);
      const { attempts, intervals } = options;
      const owner = `server-${lives.length}`;
      const extensions = options.extensions?.(lived);
      const base = { store, clients, policies, clock: lived, random, logger, owner, attempts, extensions };
      const replicator = createReplicator({ ...base, intervals: { runMs: 0, ...intervals } });
      const server = { life, replicator, store, clients, clock: lived };
      options.observe?.(server, laboratory);
      return server;
    },
    drive: (promise, over) => driveUntil(clock, lives, { promise, over }),
    settle: async ({ replicator, life }) => {
      const settling = replicator.start().then(() => replicator.settled());
      await laboratory.drive(settling, () => life.killed);
    },
    forgetDatabase: async () => {
      await laboratory.store.close();
      laboratory.store = await openFresh(folder, lives.length + 2);
    },
    close: async () => {
      for (const life of lives) life.kill();
      await laboratory.store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return laboratory;
}

let pristine: Promise<string> | undefined;

/** A migrated, empty database is made once and copied: migrating takes longer than most runs. */
async function openFresh(folder: string, number: number): Promise<Store> {
  pristine ??= makePristine();
  const file = join(folder, `hub-${number}.db`);
  copyFileSync(await pristine, file);
  const store = await openStore({ url: `file:${file}` });
  await store.prisma.cluster.create({ data: { id: clusterId, name: clusterId, host: 'lab.test' } });
  return store;
}

async function makePristine(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'template-hub-pristine-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'hub.db');
  const store = await openStore({ url: `file:${file}` });
  await store.prisma.$queryRawUnsafe('PRAGMA wal_checkpoint(TRUNCATE)');
  await store.close();
  return file;
}
