import { beforeEach, describe, expect, it } from 'vitest';
import { formatMarker } from '../../../src/inventory/lineage/marker.ts';
import { observeCluster } from '../../../src/inventory/observe/observe.ts';
import { createTemplateCache, type TemplateCache } from '../../../src/inventory/observe/template-cache.ts';
import { FakeCluster, fakeTemplate, localStorage } from '../support/fake-cluster.ts';

const lists = ['/cluster/resources', '/cluster/status', '/version'];

let cluster: FakeCluster;
let cache: TemplateCache;

beforeEach(() => {
  cluster = new FakeCluster();
  cache = createTemplateCache();
  cluster.storages = ['pve1', 'pve2', 'pve3'].map((node) => localStorage(node));
  cluster.guests = [
    fakeTemplate(100, 'pve1', { tags: 'gold', pool: 'base' }),
    fakeTemplate(101, 'pve2'),
    { vmid: 200, node: 'pve3', name: 'machine' },
  ];
});

function observe(...known: number[]) {
  const { client, clock } = cluster;
  return observeCluster({ client, clock, cache, clusterId: 'lab', known: known.map((vmid) => ({ vmid })) });
}

describe('observeCluster', () => {
  it('sees nodes, storages, guests and templates in three lists and one configuration a template', async () => {
    const seen = await observe();
    expect(cluster.takeCalls()).toEqual(
      [...lists, '/nodes/pve1/qemu/100/config', '/nodes/pve2/qemu/101/config'].sort(),
    );
    expect(seen).toMatchObject({
      reachable: true,
      complete: true,
      quorate: true,
      version: '8.4.21',
      pveName: 'fake',
    });
    expect(seen.nodes.map(({ name, state, listed, guests }) => [name, state, listed, guests])).toEqual([
      ['pve1', 'ONLINE', true, 1],
      ['pve2', 'ONLINE', true, 1],
      ['pve3', 'ONLINE', true, 1],
    ]);
    expect(seen.storages).toHaveLength(3);
    expect(seen.guests.map(({ vmid, template }) => [vmid, template])).toEqual([
      [100, true],
      [101, true],
      [200, false],
    ]);
    expect(seen.templates[0]).toMatchObject({
      vmid: 100,
      name: 't100',
      tags: ['gold'],
      pool: 'base',
      seen: true,
      details: { diskBytes: 10 * 2 ** 30, linkedClones: true, marker: undefined },
    });
  });

  it('reads no configuration twice while nothing changes', async () => {
    await observe();
    cluster.takeCalls();
    await observe(100, 101);
    expect(cluster.takeCalls()).toEqual(lists);
  });

  it('reads again what was renamed, retagged or moved, and everything after ten minutes', async () => {
    await observe();
    cluster.takeCalls();
    Object.assign(cluster.guests[0] ?? {}, { name: 'renamed' });
    expect((await observe(100, 101)).templates[0]?.name).toBe('renamed');
    expect(cluster.takeCalls()).toEqual([...lists, '/nodes/pve1/qemu/100/config'].sort());
    await cluster.clock.advance(10 * 60_000 + 1);
    await observe(100, 101);
    expect(cluster.takeCalls()).toHaveLength(5);
  });

  it('tells a rebuilt template by its generation', async () => {
    const before = (await observe()).templates[0]?.details?.generation;
    cluster.guests[0] = fakeTemplate(100, 'pve1', { config: { smbios1: 'uuid=new' } });
    await cluster.clock.advance(11 * 60_000);
    expect((await observe(100)).templates[0]?.details?.generation).not.toBe(before);
  });

  it('believes only a marker that names the guest itself', async () => {
    const marker = {
      kind: 'replica',
      vmid: 101,
      source: 100,
      generation: '0123456789abcdef',
      token: 't',
    } as const;
    const description = formatMarker(marker);
    cluster.guests[1] = fakeTemplate(101, 'pve2', { config: { description } });
    cluster.guests.push(fakeTemplate(102, 'pve3', { config: { description } }));
    const seen = await observe();
    expect(seen.templates.map(({ details }) => details?.marker)).toEqual([undefined, marker, undefined]);
  });

  it('asks the configuration where the lists know nothing, or lag behind what is known', async () => {
    cluster.guests.push(
      fakeTemplate(102, 'pve3', { stale: { template: undefined, name: undefined, status: 'unknown' } }),
      fakeTemplate(103, 'pve3', { stale: { template: 0 } }),
      { vmid: 104, node: 'pve3', lock: 'clone', stale: { template: undefined, name: undefined } },
    );
    const seen = await observe(103);
    expect(seen.templates.map(({ vmid }) => vmid)).toEqual([100, 101, 102, 103]);
    expect(seen.templates[2]?.name).toBe('t102');
    expect(seen.guests.find(({ vmid }) => vmid === 104)?.template).toBe(false);
    expect(seen.complete).toBe(true);
  });
});

describe('what is unknown is neither gone nor missing', () => {
  it('an unreachable cluster', async () => {
    cluster.faults.set('/', 'UNREACHABLE');
    const seen = await observe(100);
    expect(seen).toMatchObject({
      reachable: false,
      complete: false,
      gone: [],
      fault: { code: 'UNREACHABLE' },
    });
  });

  it('a cluster whose quorum we may not ask', async () => {
    cluster.faults.set('/cluster/status', 'FORBIDDEN');
    const seen = await observe(100);
    expect(seen).toMatchObject({ reachable: true, quorate: undefined, fault: { code: 'FORBIDDEN' } });
    expect(seen.templates).toHaveLength(2);
  });

  it('templates of a node that is off, with or without statistics', async () => {
    await observe();
    cluster.nodes[0] = { name: 'pve1', online: false };
    for (const stale of [undefined, { template: undefined, name: undefined, status: 'unknown' }]) {
      Object.assign(cluster.guests[0] ?? {}, { stale });
      cluster.takeCalls();
      const seen = await observe(100, 101);
      expect(seen.templates[0]).toMatchObject({ vmid: 100, seen: false, name: 't100' });
      expect(seen.nodes[0]).toMatchObject({
        state: 'OFFLINE',
        listed: false,
        fault: { code: 'NODE_OFFLINE' },
      });
      expect(seen).toMatchObject({ gone: [], complete: false });
      expect(cluster.takeCalls()).not.toContain('/nodes/pve1/qemu/100/config');
    }
  });

  it('a node without statistics', async () => {
    cluster.nodes[1] = { name: 'pve2', status: 'unknown' };
    const seen = await observe(101);
    expect(seen.nodes[1]).toMatchObject({ state: 'UNKNOWN', listed: false });
    expect(seen).toMatchObject({ gone: [], complete: false });
  });

  it('an empty list for want of rights: ids that are not free are not gone', async () => {
    for (const guest of cluster.guests) guest.hidden = true;
    const seen = await observe(100, 101);
    expect(seen).toMatchObject({ templates: [], gone: [], complete: false, fault: { code: 'LIST_CUT' } });
    const asked = ['/access/permissions', '/cluster/nextid?vmid=100', '/cluster/nextid?vmid=101'];
    expect(cluster.takeCalls()).toEqual([...asked, ...lists]);
  });

  it('a cut list in which some are gone: few questions a scan, and every id has its turn', async () => {
    const hidden = [300, 301, 302, 303, 304];
    for (const vmid of hidden) cluster.guests.push(fakeTemplate(vmid, 'pve3', { hidden: true }));
    const questions = (calls: string[]) => calls.filter((call) => call.includes('nextid')).length;
    expect((await observe(...hidden, 400)).gone).toEqual([]);
    expect(questions(cluster.takeCalls())).toBe(3);
    expect((await observe(...hidden, 400)).gone).toEqual([400]);
    expect(questions(cluster.takeCalls())).toBeLessThan(6);
  });

  it('a question that is not answered', async () => {
    cluster.guests.splice(0, 1);
    cluster.faults.set('/cluster/nextid', 'TIMEOUT');
    expect(await observe(100)).toMatchObject({ gone: [], complete: false });
  });

  it('a template whose configuration cannot be read', async () => {
    cluster.faults.set('/nodes/pve2/qemu/101/config', 'SERVER_ERROR');
    const seen = await observe(100);
    expect(seen.templates[1]).toMatchObject({ vmid: 101, seen: false, fault: { code: 'SERVER_ERROR' } });
    expect(seen.nodes[1]).toMatchObject({ listed: false, fault: { code: 'SERVER_ERROR' } });
    expect(seen.complete).toBe(false);
    // What it is, is known: the rest of its node is too.
    expect((await observe(100, 101)).nodes[1]?.listed).toBe(true);
  });

  it('passes an abort on', async () => {
    const { client, clock } = cluster;
    const signal = AbortSignal.abort(new Error('stop'));
    const work = observeCluster({ client, clock, cache, clusterId: 'lab', known: [], signal });
    await expect(work).rejects.toThrow('stop');
  });
});

describe('what is gone', () => {
  it('is a known template whose id is free, asked once', async () => {
    await observe();
    cluster.guests.splice(0, 1);
    cluster.takeCalls();
    expect(await observe(100, 101)).toMatchObject({ gone: [100], complete: true });
    expect(cluster.takeCalls()).toContain('/cluster/nextid?vmid=100');
    expect(await observe(100, 101)).toMatchObject({ gone: [100] });
    expect(cluster.takeCalls()).toEqual(lists);
  });

  it('is a row of the predecessor whose id cannot be', async () => {
    expect(await observe(7, 100)).toMatchObject({ gone: [7], complete: true });
    expect(cluster.takeCalls()).not.toContain('/cluster/nextid?vmid=7');
  });

  it('is a known template whose id another guest has, or that was turned back', async () => {
    cluster.guests[0] = { vmid: 100, node: 'pve3', name: 'other' };
    expect(await observe(100, 101)).toMatchObject({ gone: [100], complete: true });
  });

  it('is the source that a marker names and nobody has', async () => {
    const marker = {
      kind: 'replica',
      vmid: 101,
      source: 77_777,
      generation: '0123456789abcdef',
      token: 't',
    } as const;
    cluster.guests[1] = fakeTemplate(101, 'pve2', { config: { description: formatMarker(marker) } });
    expect((await observe(101)).gone).toEqual([77_777]);
  });

  it('comes back when the id is used again', async () => {
    const [first] = cluster.guests;
    cluster.guests.splice(0, 1);
    await observe(100);
    if (first) cluster.guests.push(first);
    expect(await observe(100)).toMatchObject({ gone: [] });
  });
});
