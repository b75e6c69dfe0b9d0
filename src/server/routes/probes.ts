import type { FastifyInstance } from 'fastify';
import type { Services } from '../../graphql/services.ts';
import { createMigrationCheck, type MigrationFault } from '../../store/check-migrations.ts';
import type { Store } from '../../store/store.ts';
import type { Clock } from '../../time/clock.ts';
import { replyJson, type Reply } from '../answers/reply.ts';
import { judgeClusters, type Judgement } from '../judge-clusters.ts';
import { readConfiguredClusters, type ClusterFacts } from '../metrics/store-facts.ts';
import { readRoute } from './read-route.ts';

export interface ProbeOptions {
  readonly store: Store;
  readonly services: Services;
  readonly clock: Clock;
  /** Between two scans of a cluster, milliseconds; 0 = none. */
  readonly scanInterval: number;
  /** How the database differs from what this version works with. */
  findMigrationFault(): Promise<MigrationFault | undefined>;
}

/** How the hub is, and the clusters it was judged by. */
export interface HubState {
  readonly status: Judgement | 'unavailable';
  readonly clusters: readonly ClusterFacts[];
  /** What is wrong with the store; the clusters tell the rest. */
  readonly reason?: string;
}

const noStore = { 'cache-control': 'no-store' };

/** Routes that orchestrators ask: they are told the state and nothing else, and need no token. */
export const openPaths: ReadonlySet<string> = new Set(['/livez', '/readyz']);

/** /livez: the process runs. /readyz: the store answers and its migrations are applied; `degraded` when a cluster was not scanned as it should be. */
export async function probeRoutes(app: FastifyInstance, options: ProbeOptions): Promise<void> {
  readRoute(app, '/livez', () => replyJson(200, { status: 'ok' }, noStore));
  readRoute(app, '/readyz', async () => {
    const { status } = await readState(options);
    return replyState(status, {});
  });
}

/** `unavailable` when the store does not answer. Who never contacts Proxmox misses no scan. */
export async function readState(options: ProbeOptions): Promise<HubState> {
  const { store, services, clock, scanInterval } = options;
  try {
    const fault = await options.findMigrationFault();
    if (fault?.kind === 'wrong') return { status: 'unavailable', clusters: [], reason: fault.reason };
    const clusters = await readConfiguredClusters(store.prisma);
    const judged = services.replicator ? clusters : [];
    const status = judgeClusters(judged, { now: clock.now(), scanInterval });
    return { status: fault ? 'degraded' : status, clusters, reason: fault?.reason };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { status: 'unavailable', clusters: [], reason: 'the store does not answer' };
  }
}

/** What the routes that tell of the hub's state are made with. */
export function createProbes(options: Omit<ProbeOptions, 'findMigrationFault'>): ProbeOptions {
  return { ...options, findMigrationFault: createMigrationCheck(options.store) };
}

/** 503 when requests cannot be served. */
export function replyState(status: HubState['status'], details: object): Reply {
  return replyJson(status === 'unavailable' ? 503 : 200, { status, ...details }, noStore);
}
