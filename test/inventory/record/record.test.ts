import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatMarker, type Marker } from '../../../src/inventory/lineage/marker.ts';
import { scanCluster, scanClusters, type ScannedCluster } from '../../../src/inventory/scan.ts';
import { createTemplateCache } from '../../../src/inventory/observe/template-cache.ts';
import type { Store } from '../../../src/store/store.ts';
import { FakeCluster, fakeTemplate, localStorage } from '../support/fake-cluster.ts';
import { openTemporaryStore } from '../support/temporary-store.ts';

const host = '10.0.0.1';

let store: Store;
let remove: () => Promise<void>;
let cluster: FakeCluster;
let scanned: ScannedCluster;

beforeEach(async () => {
  ({ store, remove } = await openTemporaryStore());
  cluster = new FakeCluster();
  cluster.storages = ['pve1', 'pve2', 'pve3'].map((node) => localStorage(node));
  cluster.guests = [
    fakeTemplate(100, 'pve1', { name: 'debian' }),
    fakeTemplate(101, 'pve2', { name: 'ubuntu' }),
  ];
  scanned = { id: 'lab', name: 'Lab', host, client: cluster.client, cache: createTemplateCache() };
});

afterEach(() => remove());

/** A minute later, with everything read again. */
async function scan() {
  await cluster.clock.advance(60_000);
  return scanCluster(scanned, { store, clock: cluster.clock, maxAgeMs: 0 });
}

/** As after a loss of the process: nothing remembered. */
function forget(): void {
  scanned = { ...scanned, cache: createTemplateCache() };
}

const rows = () => store.prisma.template.findMany({ orderBy: { id: 'asc' } });
const row = async (vmid: number) => (await rows()).find((one) => one.vmid === vmid);

async function changes(): Promise<string[]> {
  const found = await store.prisma.templateChange.findMany({ orderBy: { id: 'asc' } });
  return found.map(({ kind, vmid }) => `${kind} ${vmid}`);
}

function replica(vmid: number, node: string, more: Partial<Marker> = {}) {
  const marker: Marker = {
    kind: 'replica',
    vmid,
    source: 100,
    generation: '0'.repeat(16),
    token: `t${vmid}`,
    ...more,
  };
  return fakeTemplate(vmid, node, { name: 'debian-replica', config: { description: formatMarker(marker) } });
}

describe('a template that was no template in between', () => {
  it('makes the copies of before outdated, and none of those made since', async () => {
    cluster.guests.push(replica(200, 'pve3'));
    await scan();
    const original = cluster.guests[0];
    if (original === undefined) throw new Error('no original');
    cluster.guests[0] = { ...original, template: false };
    await scan();
    expect(await row(100)).toMatchObject({ state: 'MISSING', reopenedAt: expect.any(Date) });
    cluster.guests[0] = original;
    await scan();
    expect(await row(100)).toMatchObject({ state: 'PRESENT' });
    expect(await row(200)).toMatchObject({ state: 'OUTDATED' });
    cluster.guests.push(replica(201, 'pve3'));
    await scan();
    expect(await row(201)).toMatchObject({ state: 'PRESENT' });
  });
});

describe('recordObservation', () => {
  it('writes cluster, nodes, storages and templates', async () => {
    const { summary } = await scan();
    expect(summary).toMatchObject({ reachable: true, complete: true, verified: 2 });
    expect(await store.prisma.cluster.findMany()).toMatchObject([
      {
        id: 'lab',
        name: 'Lab',
        host,
        version: '8.4.21',
        pveName: 'fake',
        quorate: true,
        lastErrorCode: null,
      },
    ]);
    expect(await store.prisma.node.findMany({ orderBy: { name: 'asc' } })).toMatchObject([
      { name: 'pve1', state: 'ONLINE', cpus: 8, guests: 1 },
      { name: 'pve2', state: 'ONLINE', guests: 1 },
      { name: 'pve3', state: 'ONLINE', guests: 0 },
    ]);
    expect(await store.prisma.storage.count()).toBe(3);
    expect(await rows()).toMatchObject([
      {
        vmid: 100,
        name: 'debian',
        clusterIp: host,
        clusterId: 'lab',
        node: 'pve1',
        state: 'PRESENT',
        isReplica: false,
        diskBytes: 10n * 2n ** 30n,
        storageNames: 'local',
        onSharedStorage: false,
        linkedClones: true,
      },
      { vmid: 101 },
    ]);
    expect(await changes()).toEqual(['APPEARED 100', 'APPEARED 101']);
  });

  it('changes nothing but the time of sight when nothing changed', async () => {
    await scan();
    const [before] = await rows();
    await scan();
    const [after] = await rows();
    expect(after).toEqual({
      ...before,
      lastVerifiedAt: new Date(cluster.clock.now()),
      updatedAt: after?.updatedAt,
    });
    expect(await changes()).toHaveLength(2);
  });

  it('keeps the row of a template that moved, was renamed or rebuilt', async () => {
    await scan();
    const before = await row(100);
    cluster.guests[0] = fakeTemplate(100, 'pve3', { name: 'debian-12', config: { smbios1: 'uuid=new' } });
    await scan();
    expect(await row(100)).toMatchObject({ id: before?.id, node: 'pve3', name: 'debian-12' });
    expect((await changes()).slice(2)).toEqual(['MOVED 100', 'RENAMED 100', 'REBUILT 100']);
  });

  it('marks what is gone, once, and welcomes it back in its row', async () => {
    await scan();
    const before = await row(100);
    const [first] = cluster.guests.splice(0, 1);
    await scan();
    await scan();
    expect(await row(100)).toMatchObject({ state: 'MISSING', lastVerifiedAt: before?.lastVerifiedAt });
    expect((await row(100))?.missingSince).not.toBeNull();
    if (first) cluster.guests.push(first);
    await scan();
    expect(await row(100)).toMatchObject({ id: before?.id, state: 'PRESENT', missingSince: null });
    expect((await changes()).slice(2)).toEqual(['VANISHED 100', 'RETURNED 100']);
  });

  it('reads lineage from markers into an empty database', async () => {
    await store.prisma.class.create({ data: { id: 5, name: 'course' } });
    cluster.guests.push(
      replica(201, 'pve2'),
      replica(202, 'pve1', { kind: 'class-base', classId: 5 }),
      replica(203, 'pve3', { source: 202, classId: 5 }),
      replica(204, 'pve3', { kind: 'class-base', classId: 99 }),
    );
    await scan();
    expect(await row(201)).toMatchObject({
      isReplica: true,
      sourceVmid: 100,
      sourceNode: 'pve1',
      classId: null,
    });
    expect(await row(202)).toMatchObject({
      isReplica: true,
      isClassTemplate: true,
      sourceVmid: 100,
      classId: 5,
    });
    expect(await row(203)).toMatchObject({
      isReplica: true,
      isClassTemplate: false,
      sourceVmid: 202,
      classId: 5,
    });
    // A class of a lost database is not made up.
    expect(await row(204)).toMatchObject({ isClassTemplate: true, classId: null });
  });

  it('does not take a clone with an inherited marker for a replica', async () => {
    const inherited = replica(201, 'pve2').config ?? {};
    cluster.guests.push(fakeTemplate(300, 'pve3', { config: { description: inherited['description'] } }));
    await scan();
    expect(await row(300)).toMatchObject({ isReplica: false, sourceVmid: null });
  });

  it('marks replicas of an older generation, and orphans', async () => {
    const generation = (await scan()).observation.templates[0]?.details?.generation ?? '';
    cluster.guests.push(replica(201, 'pve2', { generation }));
    await scan();
    expect(await row(201)).toMatchObject({ state: 'PRESENT', sourceGeneration: generation });
    cluster.guests[0] = fakeTemplate(100, 'pve1', { config: { smbios1: 'uuid=new' } });
    await scan();
    expect((await row(201))?.state).toBe('OUTDATED');
    cluster.guests.splice(0, 1);
    await scan();
    expect((await row(201))?.state).toBe('ORPHANED');
    await scan();
    const late = (await changes()).filter((change) => change.endsWith('201'));
    expect(late).toEqual(['APPEARED 201', 'OUTDATED 201', 'ORPHANED 201']);
  });

  it('forgets a lineage when other content has the id', async () => {
    cluster.guests.push(replica(201, 'pve2'));
    await scan();
    cluster.guests[2] = fakeTemplate(201, 'pve2', { name: 'new', config: { smbios1: 'uuid=new' } });
    await scan();
    expect(await row(201)).toMatchObject({ isReplica: false, sourceVmid: null, state: 'PRESENT' });
  });

  it('keeps the lineage when somebody deletes the description', async () => {
    cluster.guests.push(replica(201, 'pve2'));
    await scan();
    delete cluster.guests[2]?.config?.['description'];
    await scan();
    expect(await row(201)).toMatchObject({ isReplica: true, sourceVmid: 100 });
  });
});

describe('what is not seen', () => {
  it('leaves every row of an unreachable cluster as it was', async () => {
    await scan();
    const before = await rows();
    cluster.faults.set('/', 'UNREACHABLE');
    expect((await scan()).summary).toMatchObject({ reachable: false, verified: 0 });
    expect(await rows()).toEqual(before);
    expect(await store.prisma.cluster.findFirst()).toMatchObject({
      lastErrorCode: 'UNREACHABLE',
      version: '8.4.21',
    });
    cluster.faults.clear();
    await scan();
    expect(await store.prisma.cluster.findFirst()).toMatchObject({ lastErrorCode: null });
  });

  it('is said of an unreachable cluster: its status since when, and that nobody knows how its nodes are', async () => {
    const read = () =>
      store.prisma.cluster.findFirstOrThrow({ select: { status: true, statusSince: true, nodes: true } });
    const states = async () => new Set((await read()).nodes.map(({ state }) => state));
    await scan();
    const online = await read();
    expect(online).toMatchObject({ status: 'ONLINE', statusSince: new Date(cluster.clock.now()) });
    await cluster.clock.advance(60_000);
    await scan();
    expect(await read()).toMatchObject({ status: 'ONLINE', statusSince: online.statusSince });
    cluster.faults.set('/', 'UNREACHABLE');
    await scan();
    const lost = await read();
    expect(lost).toMatchObject({ status: 'UNREACHABLE', statusSince: new Date(cluster.clock.now()) });
    expect(await states()).toEqual(new Set(['UNKNOWN']));
    expect(lost.nodes.map(({ lastSeenAt }) => lastSeenAt)).not.toContain(null);
    await cluster.clock.advance(60_000);
    await scan();
    expect(await read()).toMatchObject({ status: 'UNREACHABLE', statusSince: lost.statusSince });
    cluster.faults.clear();
    await scan();
    expect(await read()).toMatchObject({ status: 'ONLINE', statusSince: new Date(cluster.clock.now()) });
    expect(await states()).toEqual(new Set(['ONLINE']));
  });

  it('leaves the rows of a node that is off, and moves the others', async () => {
    await scan();
    const before = await row(100);
    cluster.nodes[0] = { name: 'pve1', online: false };
    forget();
    await scan();
    expect(await row(100)).toEqual(before);
    expect((await row(101))?.lastVerifiedAt).toEqual(new Date(cluster.clock.now()));
    expect(await store.prisma.node.findFirst({ where: { name: 'pve1' } })).toMatchObject({
      state: 'OFFLINE',
      lastErrorCode: 'NODE_OFFLINE',
    });
  });

  it('leaves everything when the account may see nothing', async () => {
    await scan();
    const before = await rows();
    for (const guest of cluster.guests) guest.hidden = true;
    await scan();
    expect(await rows()).toEqual(before);
    expect(await store.prisma.cluster.findFirst()).toMatchObject({
      lastErrorCode: 'LIST_CUT',
      status: 'DEGRADED',
    });
  });

  it('does not take back what was seen after the scan began', async () => {
    await scan();
    const later = new Date(cluster.clock.now() + 3_600_000);
    await store.prisma.template.updateMany({
      where: { vmid: 100 },
      data: { lastVerifiedAt: later, node: 'pve3' },
    });
    await scan();
    expect(await row(100)).toMatchObject({ node: 'pve3', lastVerifiedAt: later });
  });
});

describe('rows of the predecessor', () => {
  const legacy = { clusterIp: host, imported: true, lastVerifiedAt: new Date('2030-01-01') };

  it('are adopted by the cluster of their host, doubles are let go', async () => {
    await store.prisma.template.createMany({
      data: [
        { ...legacy, vmid: 100, name: 'debian', node: 'pve3' },
        { ...legacy, vmid: 100, name: 'debian', node: 'pve1' },
        { ...legacy, vmid: 101, name: 'ubuntu', node: 'pve1' },
        { ...legacy, vmid: 102, name: 'gone', node: 'pve1' },
        { ...legacy, vmid: 100, name: 'other cluster', node: 'pve1', clusterIp: '10.9.9.9' },
      ],
    });
    await scan();
    expect(
      (await rows()).map(({ id, node, state, clusterId, imported }) => [
        id,
        node,
        state,
        clusterId,
        imported,
      ]),
    ).toEqual([
      [1, 'pve3', 'MISSING', 'lab', true],
      [2, 'pve1', 'PRESENT', 'lab', false],
      [3, 'pve2', 'PRESENT', 'lab', false],
      [4, 'pve1', 'MISSING', 'lab', true],
      [5, 'pve1', 'PRESENT', null, true],
    ]);
    expect(await changes()).toEqual(['VANISHED 100', 'MOVED 101', 'VANISHED 102']);
  });

  it('keep their lineage, and names tell what rows do not', async () => {
    cluster.guests.push(
      fakeTemplate(201, 'pve2', { name: 'anything' }),
      fakeTemplate(202, 'pve3', { name: 'debian-replica-pve3' }),
      fakeTemplate(203, 'pve1', { name: 'debian-replica-pve3-replica-pve1' }),
    );
    await store.prisma.template.create({
      data: {
        ...legacy,
        vmid: 201,
        name: 'anything',
        node: 'pve2',
        isReplica: true,
        sourceVmid: 100,
        sourceNode: 'pve1',
      },
    });
    await scan();
    expect(await row(201)).toMatchObject({ isReplica: true, sourceVmid: 100, sourceNode: 'pve1' });
    expect(await row(202)).toMatchObject({ isReplica: true, sourceVmid: 100 });
    expect(await row(203)).toMatchObject({ isReplica: true, sourceVmid: 100 });
  });
});

describe('scanClusters', () => {
  it('serves every cluster though one fails', async () => {
    const broken = new FakeCluster('broken');
    broken.faults.set('/', 'UNREACHABLE');
    const other = {
      id: 'broken',
      name: 'Broken',
      host: '10.0.0.2',
      client: broken.client,
      cache: createTemplateCache(),
    };
    const results = await scanClusters([other, scanned], { store, clock: cluster.clock });
    expect(
      results.map(({ clusterId, fault, summary }) => [clusterId, fault?.code, summary?.verified]),
    ).toEqual([
      ['broken', 'UNREACHABLE', 0],
      ['lab', undefined, 2],
    ]);
  });

  it('scans twice at once without doubling a row', async () => {
    const again = { ...scanned, cache: createTemplateCache() };
    await scanClusters([scanned, again], { store, clock: cluster.clock });
    expect(await rows()).toHaveLength(2);
  });
});
