import { HubError } from '../errors/hub-error.ts';
import type { Database } from '../store/database.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import { isOwnerGone } from './owner.ts';

/** Another server works on the cluster now; whatever was about to be written or called must not be. */
export class LeaseLostError extends HubError {
  constructor(name: string) {
    super('LEASE_LOST', `The lease ${name} was lost to another server; its work goes on there.`);
  }
}

/** The right to work on a cluster's runs. */
export function nameLease(clusterId: string): string {
  return `replication/${clusterId}`;
}

export interface LeaseOptions {
  store: Store;
  clock: Clock;
  /** What is leased, for instance `replication/lab`. */
  name: string;
  owner: string;
  /** Milliseconds without a heart-beat after which it may be taken over. */
  leaseMs: number;
}

/**
 * The right to work on something, held by one server at a time. Writes go through `guard`, so that the writes of a
 * holder who was taken for dead are refused by the store, whatever that holder believes.
 */
export class Lease {
  readonly #options: LeaseOptions;
  readonly #fence: number;
  #expiresAt: number;

  constructor(options: LeaseOptions, fence: number, expiresAt: number) {
    this.#options = options;
    this.#fence = fence;
    this.#expiresAt = expiresAt;
  }

  /** Checks against our own clock that the lease cannot have been taken over; before each call that changes Proxmox. */
  assertHeld(): void {
    const { clock, name } = this.#options;
    if (clock.now() >= this.#expiresAt) throw new LeaseLostError(name);
  }

  /** Part of a transaction: fails unless we hold the lease, and holds off a take-over until the transaction ends. */
  async guard(database: Database): Promise<void> {
    const { name, owner } = this.#options;
    const { count } = await database.lease.updateMany({
      where: { name, owner, fence: this.#fence },
      data: { owner },
    });
    if (count === 0) throw new LeaseLostError(name);
  }

  /** The heart-beat. @throws LeaseLostError */
  async renew(): Promise<void> {
    const { store, clock, name, owner, leaseMs } = this.#options;
    const expiresAt = clock.now() + leaseMs;
    const { count } = await store.prisma.lease.updateMany({
      where: { name, owner, fence: this.#fence },
      data: { expiresAt: new Date(expiresAt) },
    });
    if (count === 0) throw new LeaseLostError(name);
    this.#expiresAt = expiresAt;
  }

  /** Gives it back, so that nobody has to wait for its end. */
  async release(): Promise<void> {
    const { store, name, owner } = this.#options;
    this.#expiresAt = 0;
    await store.prisma.lease.updateMany({
      where: { name, owner, fence: this.#fence },
      data: { expiresAt: new Date(0) },
    });
  }
}

/** Takes a lease that is free, has expired, or whose owner is certainly dead; undefined when another server holds it. */
export async function acquireLease(options: LeaseOptions): Promise<Lease | undefined> {
  const { store, clock, name, owner, leaseMs } = options;
  const now = clock.now();
  const expiresAt = new Date(now + leaseMs);
  const held = await store.prisma.lease.findUnique({ where: { name } });
  if (held === null) return createLease(options, expiresAt);
  if (held.expiresAt.getTime() > now && !isOwnerGone(held.owner)) return undefined;
  const fence = held.fence + 1;
  const { count } = await store.prisma.lease.updateMany({
    where: { name, fence: held.fence, owner: held.owner, expiresAt: held.expiresAt },
    data: { owner, fence, expiresAt },
  });
  return count === 1 ? new Lease(options, fence, expiresAt.getTime()) : undefined;
}

/** Nobody ever had it. Of several who try at once the unique key lets one through. */
async function createLease(options: LeaseOptions, expiresAt: Date): Promise<Lease | undefined> {
  const { store, name, owner } = options;
  try {
    await store.prisma.lease.create({ data: { name, owner, fence: 1, expiresAt } });
    return new Lease(options, 1, expiresAt.getTime());
  } catch (error) {
    if (isUniqueViolation(error)) return undefined;
    throw error;
  }
}

function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'P2002';
}
