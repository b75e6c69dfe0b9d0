import { beforeEach, describe, expect, it } from 'vitest';
import { confirmObservation } from '../../../src/inventory/record/confirm.ts';
import { formatMarker } from '../../../src/inventory/lineage/marker.ts';
import { observeCluster } from '../../../src/inventory/observe/observe.ts';
import { createTemplateCache, type TemplateCache } from '../../../src/inventory/observe/template-cache.ts';
import { FakeCluster, fakeTemplate, localStorage } from '../support/fake-cluster.ts';

let cluster: FakeCluster;
let cache: TemplateCache;

beforeEach(() => {
  cluster = new FakeCluster();
  cache = createTemplateCache();
  cluster.storages = ['pve1', 'pve2', 'pve3'].map((node) => localStorage(node));
  cluster.guests = [fakeTemplate(100, 'pve1')];
});

async function confirm(nodes: string[], { sources = [100], before = () => {} } = {}) {
  const { client, clock } = cluster;
  const observation = await observeCluster({ client, clock, cache, clusterId: 'lab', known: [] });
  before();
  cluster.takeCalls();
  return confirmObservation({ client, observation, cache, nodes, sources });
}

describe('confirmObservation', () => {
  it('finds a replica that the lists do not call a template yet', async () => {
    const marker = {
      kind: 'replica',
      vmid: 201,
      source: 100,
      generation: '0'.repeat(16),
      token: 't',
    } as const;
    const config = { description: formatMarker(marker) };
    cluster.guests.push(fakeTemplate(201, 'pve2', { config, pool: 'base', stale: { template: 0 } }));
    const seen = await confirm(['pve2']);
    expect(seen.templates).toMatchObject([
      { vmid: 100 },
      { vmid: 201, node: 'pve2', pool: 'base', details: { marker } },
    ]);
    expect(seen.guests.map(({ vmid, template }) => [vmid, template])).toEqual([
      [100, true],
      [201, true],
    ]);
  });

  it('lists only the nodes it is told and reads the sources again', async () => {
    await confirm(['pve2', 'pve3']);
    expect(cluster.takeCalls()).toEqual([
      '/nodes/pve1/qemu/100/config',
      '/nodes/pve2/lxc',
      '/nodes/pve2/qemu',
      '/nodes/pve3/lxc',
      '/nodes/pve3/qemu',
    ]);
  });

  it('sees that a source was rebuilt behind equal lists', async () => {
    const first = (await confirm([])).templates[0]?.details?.generation;
    const before = () => {
      cluster.guests[0] = fakeTemplate(100, 'pve1', { config: { smbios1: 'uuid=new' } });
    };
    expect((await confirm([], { before })).templates[0]?.details?.generation).not.toBe(first);
  });

  it('keeps what was known of a node that does not answer, and does not count it as listed', async () => {
    cluster.guests.push(fakeTemplate(201, 'pve2'));
    const before = () => void cluster.faults.set('/nodes/pve2', 'NODE_UNREACHABLE');
    const seen = await confirm(['pve2'], { before });
    expect(seen.templates.map(({ vmid }) => vmid)).toEqual([100, 201]);
    expect(seen.nodes[1]).toMatchObject({ listed: false, fault: { code: 'NODE_UNREACHABLE' } });
    expect(seen.complete).toBe(false);
  });

  it('follows a template that moved', async () => {
    cluster.guests.push(fakeTemplate(201, 'pve2'));
    const before = () => Object.assign(cluster.guests[1] ?? {}, { node: 'pve3' });
    const seen = await confirm(['pve3', 'pve2'], { before });
    expect(seen.templates.map(({ vmid, node }) => [vmid, node])).toEqual([
      [100, 'pve1'],
      [201, 'pve3'],
    ]);
  });

  it('does not call a node that is off', async () => {
    cluster.nodes[2] = { name: 'pve3', online: false };
    await confirm(['pve3'], { sources: [] });
    expect(cluster.takeCalls()).toEqual([]);
  });

  it('holds a source that cannot be read for unseen', async () => {
    const before = () => void cluster.faults.set('/nodes/pve1/qemu/100', 'GUEST_NOT_FOUND');
    const seen = await confirm(['pve2'], { before });
    expect(seen.templates[0]).toMatchObject({ vmid: 100, seen: false, fault: { code: 'GUEST_NOT_FOUND' } });
  });
});
