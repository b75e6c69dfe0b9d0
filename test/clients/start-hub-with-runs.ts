import { FakeReplicator } from '../graphql/fake-replicator.ts';
import { startHub, type StartedHub, type StartOptions } from '../server/start-hub.ts';

/** A server with the sample database, whose runs the test drives by hand. */
export interface HubWithRuns extends StartedHub {
  readonly replicator: FakeReplicator;
  /** Starts a run; answers its number and its global id. */
  startRun(): Promise<{ databaseId: number; id: string }>;
}

/** Starts a server on the sample database with a replicator that only stores runs. */
export async function startHubWithRuns(options: StartOptions = {}): Promise<HubWithRuns> {
  const replicator = new FakeReplicator();
  const hub = await startHub({ services: { replicator }, ...options });
  replicator.store = hub.store;
  return {
    ...hub,
    replicator,
    startRun: async () => {
      const [run] = await replicator.request({ clusterId: 'cluster1', trigger: 'MUTATION' });
      if (!run) throw new TypeError('no run was stored');
      return {
        databaseId: run.id,
        id: Buffer.from(`ReplicationRun:${run.id}`).toString('base64'),
      };
    },
  };
}
