import type { Cluster } from '../engine/cluster.ts';
import type { WorldCluster } from '../world.ts';

/** The present state of a cluster as a world in its long form. Running tasks are left out: they die with the process. */
export function snapshotCluster(cluster: Cluster): WorldCluster {
  const { access } = cluster;
  const offline = new Set(
    cluster.faults.list().flatMap(({ fault }) => (fault.kind === 'node-off' ? [fault.node] : [])),
  );
  return {
    ...cluster.world,
    nodes: [...cluster.nodes.values()].map(({ bootedAt: _boot, lastPid: _pid, ...node }) => ({
      ...node,
      online: !offline.has(node.name),
    })),
    storages: [...cluster.storages.values()],
    options: Object.fromEntries(cluster.options),
    users: [...access.users.values()],
    tokens: access.listTokens(),
    groups: [...access.groups.values()],
    roles: access.listOwnRoles(),
    acl: [...access.acl],
    pools: [...cluster.pools.values()].map(({ id, comment, guests, storages }) => ({
      id,
      comment,
      guests: [...guests],
      storages: [...storages],
    })),
    guests: cluster.guests.list().map((guest) => ({
      vmid: guest.vmid,
      type: guest.type,
      node: guest.node,
      template: false,
      running: guest.running,
      startedAt: guest.startedAt,
      ha: guest.ha,
      config: Object.fromEntries(guest.config),
      disks: [],
      snapshots: [...guest.snapshots.values()],
    })),
    volumes: cluster.volumes.list(),
    tasks: listFinished(cluster),
    unseen: cluster.guests
      .list()
      .map((guest) => guest.vmid)
      .filter((vmid) => !cluster.statistics.guests.has(vmid)),
  };
}

function listFinished(cluster: Cluster): WorldCluster['tasks'] {
  return cluster.tasks
    .finished()
    .toReversed()
    .map((task) => ({
      upid: task.upid,
      node: task.parts.node,
      type: task.parts.type,
      id: task.parts.id,
      user: task.parts.user,
      startTime: Math.floor(task.startedAt / 1000),
      endTime: Math.floor((task.endedAt ?? task.startedAt) / 1000),
      exitStatus: task.exitStatus,
      log: [...task.log],
    }));
}
