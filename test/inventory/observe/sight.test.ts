import { describe, expect, it } from 'vitest';
import { observeCluster } from '../../../src/inventory/observe/observe.ts';
import { judgeRights } from '../../../src/inventory/observe/sight.ts';
import { createTemplateCache } from '../../../src/inventory/observe/template-cache.ts';
import { FakeCluster, fakeTemplate, localStorage } from '../support/fake-cluster.ts';

const all = {
  '/': { 'Sys.Audit': true },
  '/vms': { 'VM.Audit': true },
  '/storage': { 'Datastore.Audit': true },
};
const nothing = { guests: [], storages: [] };
const guest = { kind: 'qemu', vmid: 100, node: 'pve1', status: 'stopped', tags: [] } as const;
const storage = { storage: 'local', node: 'pve1', available: true, shared: false, content: [] };

describe('an account that is shown no guests', () => {
  it('is fine when it has the right to see them: there are none', () => {
    expect(judgeRights(nothing, all, 'lab')).toEqual({});
  });

  it.each([
    ['no right at all', {}],
    ['Sys.Audit only', { '/': { 'Sys.Audit': true } }],
    ['rights on a pool only', { '/pool/hub': { 'VM.Audit': true } }],
    ['VM.Audit that does not hold below', { ...all, '/vms': { 'VM.Audit': false } }],
  ])('is blind with %s', (_what, permissions) => {
    const { blind } = judgeRights(nothing, permissions, 'lab');
    expect(blind?.code).toBe('NO_GUESTS_VISIBLE');
    expect(blind?.message).toContain('VM.Audit on /vms and below');
    expect(blind?.message).toContain('hub doctor --cluster lab');
  });

  it('is told of every right that is missing, and of none that is held', () => {
    expect(judgeRights(nothing, {}, 'lab').blind?.message).toContain(
      'VM.Audit on /vms and below, Sys.Audit on /, Datastore.Audit on /storage and below missing',
    );
    const some = { '/': { 'Sys.Audit': false }, '/storage': { 'Datastore.Audit': true } };
    const message = judgeRights(nothing, some, 'lab').blind?.message;
    expect(message).toContain(': VM.Audit on /vms and below missing');
  });
});

describe('an account that is shown some', () => {
  it('is not blind, whatever its rights on the whole are', () => {
    expect(judgeRights({ guests: [{ ...guest, tags: [] }], storages: [storage] }, {}, 'lab')).toEqual({});
  });

  it('is told that it is shown no storages, which every node has', () => {
    const seen = { guests: [{ ...guest, tags: [] }], storages: [] };
    expect(judgeRights(seen, {}, 'lab').hidden).toMatchObject({ code: 'NO_STORAGES_VISIBLE' });
    expect(judgeRights(seen, all, 'lab')).toEqual({});
  });
});

describe('a scan', () => {
  function observe(cluster: FakeCluster) {
    const { client, clock } = cluster;
    const cache = createTemplateCache();
    return observeCluster({ client, clusterId: 'lab', known: [], cache, clock });
  }

  it('asks for rights only where a list is empty', async () => {
    const cluster = new FakeCluster();
    cluster.guests = [fakeTemplate(100, 'pve1')];
    cluster.storages = [localStorage('pve1')];
    await observe(cluster);
    expect(cluster.takeCalls()).not.toContain('/access/permissions');
    cluster.guests = [];
    await observe(cluster);
    expect(cluster.takeCalls()).toContain('/access/permissions');
  });

  it('that is blind lists no node and is not complete', async () => {
    const cluster = new FakeCluster();
    cluster.permissions = {};
    const seen = await observe(cluster);
    const fault = { code: 'NO_GUESTS_VISIBLE' };
    expect(seen).toMatchObject({ reachable: true, complete: false, fault, blind: fault });
    const nodes = new Set(seen.nodes.map(({ listed, fault }) => `${listed} ${fault?.code}`));
    expect([...nodes]).toEqual(['false NO_GUESTS_VISIBLE']);
  });

  it('that may not even ask for its rights is blind, and says why', async () => {
    const cluster = new FakeCluster();
    cluster.faults.set('/access/permissions', 'NOT_IMPLEMENTED');
    const { blind } = await observe(cluster);
    expect(blind).toMatchObject({
      code: 'NOT_IMPLEMENTED',
      message: expect.stringContaining('what it may see could not be asked for'),
    });
  });

  it('of a cluster that is really empty is complete', async () => {
    expect(await observe(new FakeCluster())).toMatchObject({ complete: true, blind: undefined });
  });
});
