import type { Clock, Random } from '../time/clock.ts';
import { accessHandlers } from './api/access.ts';
import type { Handlers } from './api/call.ts';
import { clusterHandlers } from './api/cluster.ts';
import { makeLxcHandlers } from './api/lxc.ts';
import { mappingHandlers } from './api/mappings.ts';
import { networkHandlers } from './api/networks.ts';
import { nodeHandlers } from './api/node.ts';
import { poolHandlers } from './api/pools.ts';
import { makeQemuHandlers } from './api/qemu.ts';
import { Router } from './api/router.ts';
import { storageHandlers } from './api/storage.ts';
import { taskHandlers } from './api/tasks.ts';
import { controlStepSchema } from './control.ts';
import { runStep } from './control/run-step.ts';
import type { Cluster } from './engine/cluster.ts';
import { ControlError } from './errors.ts';
import { withConnectionFaults } from './http/connection-faults.ts';
import { listenAll, type ListenOptions, type SimulatorAddress } from './http/listen.ts';
import type { SimulatorRequest, SimulatorResponse } from './http/message.ts';
import type { Served } from './http/served.ts';
import { serveRequest, type Server } from './http/serve.ts';
import { describeCluster } from './state.ts';
import { type WorldInput, worldSchema } from './world.ts';
import { buildCluster } from './world/build-cluster.ts';
import { snapshotCluster } from './world/snapshot-cluster.ts';

export type { SimulatorAddress } from './http/listen.ts';
export type { SimulatorRequest, SimulatorResponse } from './http/message.ts';
export type { SimulatorState } from './state.ts';

export interface SimulatorOptions {
  /** What is there at the start; checked here. */
  readonly world: WorldInput;
  /** All time comes from it: a DrivenClock stands still until it is driven. */
  readonly clock: Clock;
  readonly random: Random;
  /** Told of every request that was answered. */
  readonly onRequest?: (request: SimulatorRequest, response: SimulatorResponse) => void;
}

/** One or more Proxmox VE installations that answer like real ones. */
export interface Simulator extends Served {
  /** Serves over HTTPS: one listener a cluster, and one a node that has an address of its own. */
  listen(options?: ListenOptions): Promise<readonly SimulatorAddress[]>;
  close(): Promise<void>;
}

/** Builds a simulator. Raises a ZodError when the world is not valid. */
export function createSimulator({ world, clock, random, onRequest }: SimulatorOptions): Simulator {
  const clusters = worldSchema.parse(world).clusters.map((one) => buildCluster(one, { clock, random }));
  const servers = new Map(clusters.map((cluster) => [cluster.id, createServer(cluster)]));
  const closers: (() => Promise<void>)[] = [];

  async function handle(request: SimulatorRequest): Promise<SimulatorResponse> {
    const server = servers.get(request.cluster ?? clusters[0]?.id ?? '');
    if (!server) throw new ControlError(`there is no cluster '${request.cluster}'`);
    const { cluster } = server;
    const contacted = request.node ?? [...cluster.nodes.keys()].find((node) => cluster.isUp(node)) ?? '';
    const heard = listenToBody(request);
    const response = await withConnectionFaults({ cluster, request, contacted }, () =>
      serveRequest(server, heard.request, contacted),
    );
    onRequest?.({ ...request, body: heard.body() }, response);
    return response;
  }

  const simulator: Simulator = {
    handle,
    control: (step) => runStep({ clusters, clock }, controlStepSchema.parse(step)),
    state: () => ({ clusters: clusters.map(describeCluster) }),
    snapshot: () => ({ clusters: clusters.map(snapshotCluster) }),
    listen: async (options = {}) => {
      const listening = await listenAll(simulator, clusters, options);
      closers.push(listening.close);
      return listening.addresses;
    },
    close: async () => {
      await Promise.all(closers.splice(0).map((close) => close()));
    },
  };
  return simulator;
}

/** The request, and its body as far as it has been received in the end. */
function listenToBody(request: SimulatorRequest): {
  readonly request: SimulatorRequest;
  body(): string | undefined;
} {
  let { body } = request;
  const { receive } = request;
  const listening = receive && { receive: async () => (body = await receive()) };
  return { request: { ...request, ...listening }, body: () => body };
}

function createServer(cluster: Cluster): Server {
  const router = new Router(cluster.behaviour.schema);
  const options = (id: string) => router.find('PUT', id.split('/'))?.endpoint.parameters ?? {};
  const handlers: Handlers = {
    ...clusterHandlers,
    ...nodeHandlers,
    ...makeQemuHandlers(options('nodes/n/qemu/100/config')),
    ...makeLxcHandlers(options('nodes/n/lxc/100/config')),
    ...storageHandlers,
    ...taskHandlers,
    ...poolHandlers,
    ...accessHandlers,
    ...networkHandlers,
    ...mappingHandlers,
  };
  return { cluster, router, handlers };
}
