import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectSimulated } from '../../../src/cli/demo/simulated-clusters.ts';
import { createScaledClock } from '../../../src/cli/demo/scaled-clock.ts';
import { readWorld } from '../../../src/simulator/read-world.ts';
import type { Simulator } from '../../../src/simulator/simulator.ts';
import { startSimulator } from '../../../src/simulator/start.ts';
import type { ClusterState } from '../../../src/simulator/state.ts';
import type { World, WorldCluster } from '../../../src/simulator/world.ts';
import { systemClock } from '../../../src/time/clock.ts';
import { makeFolder, runHubHere, type Outcome } from '../../cli/support.ts';

/** A world of the field, served over HTTPS, and the command line on it with a database of its own. */
export interface Field {
  readonly simulator: Simulator;
  /** The books of the (first) cluster. */
  books(): ClusterState;
  /** Runs one command line to its end. Time passes for it as it does for the cluster. */
  hub(...words: string[]): Promise<Outcome>;
  /** The same with `--json`, read. */
  ask(...words: string[]): Promise<unknown>;
  /** Writes the clusters file anew, with these keys in every entry. */
  configure(change: object): void;
  control(step: Parameters<Simulator['control']>[0]): ReturnType<Simulator['control']>;
  close(): Promise<void>;
}

export interface FieldOptions {
  /** Changes the cluster before it is built. */
  readonly change?: (cluster: WorldCluster) => WorldCluster;
  /** A further cluster beside it, made of it as it was changed. */
  readonly beside?: (cluster: WorldCluster) => WorldCluster;
  /** The clusters file's `replication`. */
  readonly policy?: Readonly<Record<string, unknown>>;
  /** How many times faster time passes, there and here. Time limits of connections shrink with it. */
  readonly speed?: number;
  /** Time passes faster there only. */
  readonly ownTime?: boolean;
}

/** Opens `test/field/worlds/<name>.yaml`. */
export async function openField(name: string, options: FieldOptions = {}): Promise<Field> {
  const { change = (cluster) => cluster, beside, policy, speed = 8, ownTime } = options;
  const read = await readWorld(join(import.meta.dirname, '..', 'worlds', `${name}.yaml`));
  const changed = read.clusters.map((one) => change(makeHandy(one)));
  const world: World = { clusters: [...changed, ...(beside ? changed.map(beside) : [])] };
  const clock = createScaledClock(systemClock, speed);
  const { simulator, addresses, close } = await startSimulator({ world, clock });
  const place = makeFolder();
  const entries = connectSimulated(world, addresses).map(
    ({ id, host, port, token, user, password, tls }) => ({
      id,
      host,
      port,
      user,
      token: token?.reveal(),
      password: password?.reveal(),
      fingerprint: tls.mode === 'fingerprint' ? tls.sha256 : undefined,
      replication: policy,
    }),
  );
  const configure = (change: object) => {
    const changed = entries.map((entry) => ({ ...entry, ...change }));
    writeFileSync(join(place.folder, 'clusters.json'), JSON.stringify(changed));
  };
  configure({});
  const here = ownTime ? systemClock : clock;
  const hub = (...words: string[]) => runHubHere(words, { folder: place.folder, clock: here });
  return {
    simulator,
    books: () => simulator.state().clusters[0] ?? fail(),
    hub,
    configure,
    ask: async (...words) => JSON.parse((await hub(...words, '--json')).stdout),
    control: (step) => simulator.control(step),
    close: async () => {
      await close();
      place.remove();
    },
  };
}

/** Bytes a second: nobody waits for a copy, so that time need not pass much faster than it does for the connections. */
const bandwidth = 100 * 1024 ** 3;

/** Every test listens on a port of its own: none may claim an address. Its disks and lines are fast. */
function makeHandy(cluster: WorldCluster): WorldCluster {
  return {
    ...cluster,
    nodes: cluster.nodes.map((node) => ({ ...node, host: undefined, bandwidth })),
    storages: cluster.storages.map((storage) => ({ ...storage, bandwidth })),
  };
}

function fail(): never {
  throw new Error('the world has no cluster');
}
