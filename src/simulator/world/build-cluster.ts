import type { Clock, Random } from '../../time/clock.ts';
import { Cluster } from '../engine/cluster.ts';
import { createGuest } from '../engine/guests.ts';
import { broadcast, broadcastInterval, refreshStatistics } from '../engine/statistics.ts';
import { restoreTask } from '../engine/tasks.ts';
import { parseUpid, type UpidParts } from '../engine/upid.ts';
import type { WorldCluster, WorldGuest, WorldTask, WorldToken } from '../world.ts';
import { expandCluster } from './expand-world.ts';

/** Builds a running cluster from its world. */
export function buildCluster(
  world: WorldCluster,
  { clock, random }: { clock: Clock; random: Random },
): Cluster {
  const long = expandCluster(world);
  const cluster = new Cluster({ world: long, clock, random, refresh: refreshStatistics });
  addNodes(cluster, long);
  for (const storage of long.storages) cluster.setStorage(storage);
  addAccess(cluster, long);
  for (const pool of long.pools) {
    const { id, comment, guests, storages } = pool;
    cluster.pools.set(id, { id, comment, guests: new Set(guests), storages: new Set(storages) });
  }
  for (const volume of long.volumes) {
    cluster.volumes.add({ ...volume, node: volume.node, vmid: volume.vmid, parent: volume.parent });
  }
  for (const guest of long.guests) addGuest(cluster, guest);
  for (const task of long.tasks) addTask(cluster, task);
  // The guests of a world have been there for a while.
  for (const guest of cluster.guests.list()) cluster.statistics.guestNodes.add(guest.node);
  broadcast(cluster, clock.now());
  cluster.statistics.nextTick = clock.now() + broadcastInterval;
  for (const vmid of long.unseen) cluster.statistics.guests.delete(vmid);
  return cluster;
}

function addNodes(cluster: Cluster, world: WorldCluster): void {
  for (const [index, node] of world.nodes.entries()) {
    const bootedAt = cluster.clock.now() - 3_600_000;
    cluster.nodes.set(node.name, { ...node, id: node.id ?? index + 1, bootedAt, lastPid: 1000 });
    if (!node.online) cluster.faults.turnOn({ kind: 'node-off', node: node.name }, `offline-${node.name}`);
  }
}

function addAccess({ access, ...cluster }: Cluster, world: WorldCluster): void {
  for (const user of world.users) access.setUser(user);
  for (const group of world.groups) access.setGroup(group.id, group.comment);
  for (const role of world.roles) access.setRole(role);
  for (const token of world.tokens) access.setToken(completeToken(token, () => cluster.random()));
  for (const entry of world.acl) access.setAcl(entry);
}

/** A token with a secret: its own, or one made up. */
export function completeToken(token: WorldToken, random: Random): WorldToken & { readonly secret: string } {
  const digits = (count: number): string =>
    Array.from({ length: count }, () => Math.floor(random() * 16).toString(16)).join('');
  const secret = token.secret ?? `${digits(8)}-${digits(4)}-4${digits(3)}-a${digits(3)}-${digits(12)}`;
  return { ...token, secret };
}

/** Adds a guest in its long form. */
export function addGuest(cluster: Cluster, world: WorldGuest): void {
  const { vmid, type, node } = world;
  const guest = createGuest({ vmid, type, node }, Object.entries(world.config));
  for (const snapshot of world.snapshots) guest.snapshots.set(snapshot.name, snapshot);
  guest.running = world.running;
  guest.startedAt = world.running ? (world.startedAt ?? cluster.nowSeconds()) : 0;
  guest.ha = world.ha;
  guest.pid = world.running ? cluster.nextPid(node) : 0;
  cluster.guests.add(guest);
}

/** Books a finished task; returns its UPID. */
export function addTask(cluster: Cluster, world: WorldTask): string {
  const given = world.upid === undefined ? undefined : parseUpid(world.upid);
  const parts: UpidParts = given ?? {
    node: world.node,
    pid: cluster.nextPid(world.node),
    pstart: Math.max(1, (world.startTime % 1_000_000) * 100),
    startTime: world.startTime,
    type: world.type,
    id: world.id,
    user: world.user,
  };
  const task = restoreTask(world, parts);
  cluster.tasks.add(task);
  cluster.tasks.archive(task);
  return task.upid;
}
