import type { Clock, Random } from '../../time/clock.ts';
import { AccessBook } from '../access/access-book.ts';
import { Permissions } from '../access/permissions.ts';
import { TicketOffice } from '../access/tickets.ts';
import { type Behaviour, describeVersion } from '../behaviour.ts';
import { refuse } from '../errors.ts';
import { FaultBook } from '../faults/fault-book.ts';
import { findKind } from '../storage/kinds.ts';
import type { WorldCluster, WorldNode, WorldStorage } from '../world.ts';
import { GuestBook } from './guests.ts';
import { LockTable } from './locks.ts';
import { findPartition } from './reach.ts';
import { Statistics } from './statistics-book.ts';
import { TaskBook } from './tasks.ts';
import { Transfers } from './transfers.ts';
import { VolumeBook } from './volumes.ts';

/** A node with what changes about it. */
export interface Node extends WorldNode {
  readonly id: number;
  /** Epoch milliseconds. */
  bootedAt: number;
  lastPid: number;
}

export interface Storage extends WorldStorage {
  readonly shared: boolean;
}

export interface Pool {
  readonly id: string;
  comment: string | undefined;
  readonly guests: Set<number>;
  readonly storages: Set<string>;
}

/** How much was done since the start, for tests and the operator. */
export interface Counts {
  clones: number;
  linkedClones: number;
  fullClones: number;
  migrations: number;
  conversions: number;
  deletions: number;
}

/** What a cluster is made from. */
export interface ClusterOptions {
  readonly world: WorldCluster;
  readonly clock: Clock;
  readonly random: Random;
  /** Takes the statistics that are due, before guests are read or changed. */
  readonly refresh: (cluster: Cluster) => void;
}

/** One simulated installation: a cluster or a stand-alone node, with all its books. */
export class Cluster {
  readonly id: string;
  readonly name: string | null;
  readonly world: WorldCluster;
  readonly behaviour: Behaviour;
  readonly clock: Clock;
  readonly random: Random;
  readonly nodes = new Map<string, Node>();
  readonly storages = new Map<string, Storage>();
  readonly options: Map<string, string>;
  readonly pools = new Map<string, Pool>();
  readonly access: AccessBook;
  readonly permissions: Permissions;
  readonly tickets: TicketOffice;
  readonly faults = new FaultBook();
  readonly guests: GuestBook;
  readonly volumes = new VolumeBook();
  readonly tasks = new TaskBook();
  readonly locks: LockTable;
  readonly transfers = new Transfers();
  readonly statistics: Statistics;
  readonly counts: Counts = {
    clones: 0,
    linkedClones: 0,
    fullClones: 0,
    migrations: 0,
    conversions: 0,
    deletions: 0,
  };
  /** SHA-256 fingerprints of the nodes' certificates, once they have any. */
  readonly fingerprints = new Map<string, string>();

  constructor({ world, clock, random, refresh }: ClusterOptions) {
    this.id = world.id;
    this.name = world.name;
    this.world = world;
    this.clock = clock;
    this.random = random;
    this.behaviour = describeVersion(world.version);
    this.options = new Map(Object.entries(world.options));
    this.access = new AccessBook(this.behaviour);
    this.permissions = new Permissions(this.access, (path) => this.findPoolOf(path));
    this.tickets = new TicketOffice(`${world.id} ${random()}`);
    this.locks = new LockTable(clock);
    this.statistics = new Statistics(clock.now());
    this.guests = new GuestBook(() => refresh(this));
  }

  /** Adds or replaces a storage definition. */
  setStorage(storage: WorldStorage): void {
    const shared = storage.shared || findKind(storage.type).alwaysShared;
    this.storages.set(storage.id, { ...storage, shared });
  }

  /** Epoch seconds. */
  nowSeconds(): number {
    return Math.floor(this.clock.now() / 1000);
  }

  /** A node by name, or a refusal as Proxmox words it for a node in a parameter. */
  requireNode(name: string): Node {
    const node = this.nodes.get(name);
    if (!node) throw refuse(`no such cluster node '${name}'`);
    return node;
  }

  /** A storage by id, or its refusal. */
  requireStorage(id: string): Storage {
    const storage = this.storages.get(id);
    if (!storage) throw refuse(`storage '${id}' does not exist`);
    return storage;
  }

  isUp(node: string): boolean {
    return this.nodes.has(node) && !this.faults.find('node-off', (fault) => fault.node === node);
  }

  /** Whether one node gets through to another: both run, and no partition of the network lies between them. */
  canReach(from: string, to: string): boolean {
    return this.isUp(to) && findPartition(this.faults, from, to) === undefined;
  }

  /** The node reaches more than half of all nodes, and no fault says otherwise. */
  isQuorate(node: string): boolean {
    if (this.faults.find('no-quorum')) return false;
    const reached = [...this.nodes.keys()].filter((other) => this.canReach(node, other)).length;
    return this.name === null || reached * 2 > this.nodes.size;
  }

  requireQuorum(node: string): void {
    if (!this.isQuorate(node)) throw refuse('cluster not ready - no quorum?');
  }

  /** Whether a node's write to the cluster's files would fail; used where nobody asks for the quorum up front. */
  requireWritable(node: string, path: string): void {
    if (this.isQuorate(node)) return;
    throw refuse(`unable to open file '/etc/pve/${path}.tmp.${this.nextPid('')}' - Permission denied`);
  }

  /** The pool whose rights count on an ACL path too. */
  findPoolOf(path: string): string | undefined {
    const match = /^\/(vms|storage)\/([^/]+)$/.exec(path);
    if (!match) return undefined;
    const [, kind, id = ''] = match;
    for (const pool of this.pools.values()) {
      if (kind === 'vms' ? pool.guests.has(Number(id)) : pool.storages.has(id)) return pool.id;
    }
    return undefined;
  }

  nextPid(nodeName: string): number {
    const node = this.nodes.get(nodeName);
    if (!node) return 1000 + Math.floor(this.random() * 30_000);
    node.lastPid += 1 + Math.floor(this.random() * 20);
    return node.lastPid;
  }

  /** Random hex digits. */
  randomHex(digits: number): string {
    return Array.from({ length: digits }, () => Math.floor(this.random() * 16).toString(16)).join('');
  }

  randomUuid(): string {
    const hex = this.randomHex(30);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(12, 15)}-a${hex.slice(15, 18)}-${hex.slice(18, 30)}`;
  }
}
