import type { ReplicationService } from '../../src/graphql/services.ts';
import { ReplicationError } from '../../src/replication/replication-error.ts';
import { ReplicationEvents } from '../../src/replication/events.ts';
import type { Store } from '../../src/store/store.ts';

/** A replicator that stores runs and does nothing else. The store is given once it is open. */
export class FakeReplicator implements ReplicationService {
  readonly events = new ReplicationEvents();
  store: Store | undefined;

  get #prisma(): Store['prisma'] {
    if (!this.store) throw new TypeError('the fake replicator has no store yet');
    return this.store.prisma;
  }

  async request({ clusterId = 'cluster1', idempotencyKey }: Parameters<ReplicationService['request']>[0]) {
    await this.#requireCluster(clusterId);
    const known = await this.#prisma.replicationRun.findFirst({
      where: { idempotencyKey: idempotencyKey ?? 'none' },
    });
    if (known) return [known];
    return [
      await this.#prisma.replicationRun.create({
        data: { clusterId, trigger: 'MUTATION', idempotencyKey, stepsTotal: 2 },
      }),
    ];
  }

  async findHolds() {
    return new Map();
  }

  async plan() {
    const line = {
      clusterId: 'cluster1',
      sourceVmid: 111,
      sourceName: 'ubuntu',
      sourceNode: 'pve1',
      guestKind: 'QEMU' as const,
      targetNode: 'pve4',
      state: 'WANTED' as const,
      way: 'SHARED_TARGET',
      bytes: 5_000_000_000n,
      warnings: [],
    };
    return [{ clusterId: 'cluster1', lines: [line], remove: [], keep: [], remarks: [] }];
  }

  async cancel(runId: number) {
    const run = await this.#prisma.replicationRun.findUnique({ where: { id: runId } });
    if (!run) throw new ReplicationError('RUN_NOT_FOUND', `there is no run ${runId}`);
    return this.finish(runId, 'CANCELLED');
  }

  async retry(): Promise<never> {
    throw new ReplicationError('NOTHING_TO_RETRY', 'no step failed');
  }

  async removeReplicas(): Promise<never> {
    throw new TypeError('a bug whose text nobody outside may see');
  }

  async progress(): Promise<never> {
    throw new ReplicationError('RUN_NOT_FOUND', 'there is no run');
  }

  async scan() {
    return [];
  }

  async pause(clusterId: string) {
    await this.#requireCluster(clusterId);
    await this.#prisma.cluster.update({ where: { id: clusterId }, data: { paused: true } });
  }

  async resume(clusterId: string) {
    await this.#prisma.cluster.update({ where: { id: clusterId }, data: { paused: false } });
  }

  async readPolicies() {
    return new Map<string, never>();
  }

  async setPolicy(): Promise<never> {
    throw new TypeError('the fake replicator has no policies');
  }

  async resetPolicy(): Promise<never> {
    throw new TypeError('the fake replicator has no policies');
  }

  /** Lets a run go on by a step. */
  async advance(runId: number) {
    const run = await this.#prisma.replicationRun.update({
      where: { id: runId },
      data: { status: 'RUNNING', stepsDone: { increment: 1 } },
    });
    this.events.emit('run', run);
    return run;
  }

  async finish(runId: number, outcome: 'SUCCEEDED' | 'CANCELLED') {
    const data = { status: 'FINISHED', outcome } as const;
    const run = await this.#prisma.replicationRun.update({ where: { id: runId }, data });
    this.events.emit('run', run);
    return run;
  }

  async #requireCluster(clusterId: string): Promise<void> {
    const cluster = await this.#prisma.cluster.findUnique({ where: { id: clusterId } });
    if (!cluster) throw new ReplicationError('CLUSTER_NOT_FOUND', `there is no cluster ${clusterId}`);
  }
}
