import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClassExtension } from '../../../src/classes/work/class-extension.ts';
import type { ClassAnswer, ClassService } from '../../../src/classes/service/class-service.ts';
import { createClassService } from '../../../src/classes/service/create-class-service.ts';
import { createProxmoxClient, type ProxmoxClient } from '../../../src/proxmox/client.ts';
import { createReplicator } from '../../../src/replication/create-replicator.ts';
import type { ReplicationLogger, Replicator } from '../../../src/replication/replicator.ts';
import type { RunRow } from '../../../src/replication/rows.ts';
import { createSimulator, type Simulator } from '../../../src/simulator/simulator.ts';
import type { GuestState } from '../../../src/simulator/state.ts';
import { openStore, type Store } from '../../../src/store/store.ts';
import { DrivenClock } from '../../../src/time/driven-clock.ts';
import { createSimulatorTransport } from '../../proxmox/simulator-transport.ts';
import { driveUntil } from '../../replication/support/drive-until.ts';
import { Life } from '../../replication/support/life.ts';
import { createRandom } from '../../replication/support/random.ts';
import { buildClassWorld, clusterId, password, user, type ClassWorld } from './class-world.ts';

/** A simulator, a store and one server with the class service, all on one driven clock. */
export interface Classroom {
  clock: DrivenClock;
  simulator: Simulator;
  store: Store;
  replicator: Replicator;
  classes: ClassService;
  /** What an administrator would use. */
  client: ProxmoxClient;
  /** Moves time until the promise settles. */
  drive<Result>(promise: Promise<Result>): Promise<Result>;
  /** Asks for something and lets its run come to its end. */
  finish(asked: Promise<ClassAnswer>): Promise<RunRow>;
  /** The guests in the simulator's books. */
  guests(): readonly GuestState[];
  close(): Promise<void>;
}

const silent = () => undefined;
const silentLogger: ReplicationLogger = { debug: silent, info: silent, warn: silent, error: silent };

export async function openClassroom(world: ClassWorld = {}): Promise<Classroom> {
  const random = createRandom(1);
  const clock = new DrivenClock();
  const simulator = createSimulator({ world: buildClassWorld(world), clock, random });
  const folder = mkdtempSync(join(tmpdir(), 'template-hub-classes-'));
  const opened = await openStore({ url: `file:${join(folder, 'hub.db')}` });
  await opened.prisma.cluster.create({ data: { id: clusterId, name: clusterId, host: 'lab.test' } });
  const life = new Life();
  const store = life.watchStore(opened);
  const transport = life.watchTransport(createSimulatorTransport(simulator, { cluster: clusterId }));
  const connection = { clusterId, host: 'lab.test', user, password, tls: { mode: 'insecure' } as const };
  const lived = life.watchClock(clock);
  const client = createProxmoxClient({ connection, clock: lived, random, transport });
  const base = { store, clients: new Map([[clusterId, client]]), clock: lived, random, logger: silentLogger };
  const extensions = [createClassExtension({ clock: lived })];
  const replicator = createReplicator({ ...base, intervals: { runMs: 0 }, runAtStart: false, extensions });
  const classes = createClassService({ ...base, replicator });
  const drive = async <Result>(promise: Promise<Result>): Promise<Result> => {
    await driveUntil(clock, [life], { promise });
    return promise;
  };
  await drive(replicator.start());
  await drive(replicator.scan(clusterId));
  return {
    clock,
    simulator,
    store: opened,
    replicator,
    classes,
    client,
    drive,
    finish: async (asked) => {
      const { run } = await drive(asked);
      if (run === undefined) throw new Error('nothing was to be done');
      return drive(replicator.finished(run.id));
    },
    guests: () => simulator.state().clusters[0]?.guests ?? [],
    close: async () => {
      await drive(replicator.stop());
      life.kill();
      await opened.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
