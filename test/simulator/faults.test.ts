import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ServedLab } from './https-client.ts';
import { makeCluster } from './support.ts';

const clonePath = '/api2/json/nodes/pve1/qemu/9000/clone';
const full = { newid: '101', full: '1', name: 'copy' };

let lab: ServedLab;

beforeEach(async () => {
  const nodes = [
    { name: 'pve1', ip: '10.0.0.1' },
    { name: 'pve2', ip: '10.0.0.2', host: '127.0.0.2' },
    { name: 'pve3', ip: '10.0.0.3' },
  ];
  lab = await ServedLab.start(makeCluster({ nodes }));
});

afterEach(() => lab.simulator.close());

async function cloneOverHttps(body: Record<string, string> = full): Promise<string> {
  const answer = await lab.send('POST', clonePath, { body });
  return z.object({ data: z.string() }).parse(JSON.parse(answer.body)).data;
}

async function statusOf(row: string): Promise<unknown> {
  const { body } = await lab.send('GET', '/api2/json/cluster/resources');
  const rows = z.object({ data: z.array(z.looseObject({ id: z.string() })) }).parse(JSON.parse(body)).data;
  return rows.find(({ id }) => id === row)?.['status'];
}

describe('nodes', () => {
  test('a node that is off: its address refuses, others answer 595, its guests become unknown after 300 s', async () => {
    await lab.control({ do: 'set-guest', vmid: 100, node: 'pve2' });
    await lab.fault({ kind: 'node-off', node: 'pve2' });
    expect((await lab.send('GET', '/api2/json/version', { node: 'pve2' })).failure).toBe('ECONNRESET');
    const seen = await lab.send('GET', '/api2/json/nodes/pve2/qemu');
    expect([seen.status, seen.reason, seen.body]).toEqual([595, 'No route to host', '']);
    expect([await statusOf('node/pve2'), await statusOf('qemu/100')]).toEqual(['offline', 'stopped']);
    await lab.clock.advance(320_000);
    expect(await statusOf('qemu/100')).toBe('unknown');
    await lab.control({ do: 'fault-off', kind: 'node-off' });
    await lab.clock.advance(10_000);
    expect([await statusOf('node/pve2'), await statusOf('qemu/100')]).toEqual(['online', 'stopped']);
  });

  test('a node that goes off in the middle of a clone leaves the lock, and an unexpected status after its boot', async () => {
    await lab.control({ do: 'set-guest', vmid: 100, running: true });
    const upid = await cloneOverHttps({ ...full, bwlimit: '1024' });
    await lab.fault({ kind: 'node-off', node: 'pve1' });
    expect((await lab.send('GET', `/api2/json/nodes/pve1/tasks/${upid}/status`)).status).toBe(595);
    await lab.control({ do: 'fault-off' });
    expect((await lab.finish(upid)).exit).toBe('unexpected status');
    expect(lab.guest(101)?.lock).toBe('clone');
    expect(lab.guest(100)?.running).toBe(false);
  });

  test('a node that others cannot reach still answers itself', async () => {
    await lab.fault({
      kind: 'node-unreachable',
      node: 'pve2',
      reason: 'Connection timed out',
      afterMs: 30_000,
    });
    const before = lab.clock.now();
    const seen = await lab.send('GET', '/api2/json/nodes/pve2/qemu');
    expect([seen.status, seen.reason]).toEqual([595, 'Connection timed out']);
    expect(lab.clock.now() - before).toBe(30_000);
    expect((await lab.send('GET', '/api2/json/nodes/pve2/qemu', { node: 'pve2' })).status).toBe(200);
  });

  test('a hung daemon: 596 after 30 s, and the clone is made all the same', async () => {
    await lab.fault({ kind: 'daemon-hung', node: 'pve1', times: 1 });
    const seen = await lab.send('POST', clonePath, { body: full });
    expect([seen.status, seen.reason]).toEqual([596, 'Connection timed out']);
    await lab.control({ do: 'wait-all-tasks' });
    expect(lab.guest(101)).toMatchObject({ name: 'copy', lock: undefined });
  });

  test('without quorum reads go on and writes are refused', async () => {
    await lab.fault({ kind: 'no-quorum' });
    expect((await lab.send('GET', '/api2/json/nodes/pve1/qemu')).status).toBe(200);
    expect((await lab.send('POST', clonePath, { body: full })).reason).toBe('cluster not ready - no quorum?');
    const write = await lab.send('PUT', '/api2/json/nodes/pve1/qemu/100/config', { body: { cores: '2' } });
    expect(write.reason).toMatch(/^unable to open file '\/etc\/pve\/nodes\/pve1\/.*Permission denied$/);
    const start = await lab.send('POST', '/api2/json/nodes/pve1/qemu/100/status/start');
    expect(start.reason).toBe('cluster not ready - no quorum?');
  });
});

describe('storages', () => {
  test('a full storage fails the clone, and leaves nothing behind', async () => {
    await lab.fault({ kind: 'storage-full', storage: 'local' });
    const { exit } = await lab.finish(await cloneOverHttps());
    expect(exit).toMatch(/^clone failed: .*No space left on device$/);
    expect(lab.guest(101)).toBeUndefined();
  });

  test('an image that cannot be copied is told in the log', async () => {
    await lab.fault({ kind: 'copy-fails' });
    const { exit, log } = await lab.finish(await cloneOverHttps());
    expect(exit).toContain("zeroinit:/var/lib/vz/images/101/vm-101-disk-0.qcow2' failed: exit code 1");
    expect(log).toContain('qemu-img: error while writing at byte 0: No space left on device');
    expect(lab.volumes().join()).not.toContain('vm-101');
  });

  test('a lock that is not to be had: ten seconds, then the texts of local and shared storages', async () => {
    await lab.fault({ kind: 'storage-locked', storage: 'local' });
    await lab.fault({ kind: 'storage-locked', storage: 'tank' });
    const local = await lab.finish(await cloneOverHttps());
    expect(local.exit).toBe(
      "clone failed: can't lock file '/var/lock/pve-manager/pve-storage-local' - got timeout",
    );
    const shared = await lab.finish(await cloneOverHttps({ ...full, storage: 'tank' }));
    expect(shared.exit).toBe("clone failed: cfs-lock 'storage-tank' error: got lock request timeout");
  });

  test('slow volumes: the sixth of seven linked clones waits too long', async () => {
    await lab.fault({ kind: 'slow-volumes', ms: 2000 });
    const clones = Array.from({ length: 7 }, (_, index) =>
      lab.call('POST', '/nodes/pve1/qemu/9000/clone', { body: { newid: String(200 + index) } }),
    );
    const upids = (await Promise.all(clones)).map((reply) => z.string().parse(reply.data));
    const exits = await Promise.all(upids.map(async (upid) => (await lab.finish(upid)).exit));
    expect(exits.filter((exit) => exit === 'OK')).toHaveLength(5);
    expect(exits.at(-1)).toContain('got timeout');
  });

  test('an unreachable storage is inactive', async () => {
    await lab.fault({ kind: 'storage-offline', storage: 'tank' });
    const { body } = await lab.send('GET', '/api2/json/nodes/pve1/storage?storage=tank');
    expect(JSON.parse(body)).toMatchObject({ data: [{ active: 0, enabled: 1, total: 0 }] });
    const content = await lab.send('GET', '/api2/json/nodes/pve1/storage/tank/content');
    expect(content.reason).toBe("storage 'tank' is not online");
  });
});

describe('tasks', () => {
  test('a worker killed in mid-copy: unexpected status, and the lock stays', async () => {
    await lab.fault({ kind: 'worker-killed', type: 'qmclone', afterMs: 1500 });
    const { exit, log } = await lab.finish(await cloneOverHttps());
    expect(exit).toBe('unexpected status');
    expect(log.at(-1)).toMatch(/^transferred/);
    expect(lab.guest(101)).toMatchObject({ lock: 'clone', name: 'VM 101' });
    expect(lab.volumes()).toContain('pve1 local:101/vm-101-disk-0.qcow2');
    const answer = await lab.run('DELETE', '/nodes/pve1/qemu/101');
    expect(answer.exit).toBe('VM is locked (clone)');
  });

  test('a task fails with a given text, before or after its work', async () => {
    await lab.fault({ kind: 'task-fails', type: 'qmclone', message: 'the sky fell', times: 1 });
    expect((await lab.finish(await cloneOverHttps())).exit).toBe('the sky fell');
    expect(lab.guest(101)).toBeUndefined();
    await lab.fault({ kind: 'task-fails', type: 'qmclone', message: 'too late', when: 'end' });
    expect((await lab.finish(await cloneOverHttps())).exit).toBe('too late');
    expect(lab.guest(101)).toBeDefined();
  });

  test('a migration that breaks early leaves the source, late the target locked', async () => {
    const migrate = () => lab.run('POST', '/nodes/pve1/qemu/100/migrate', { body: { target: 'pve2' } });
    await lab.fault({ kind: 'migration-breaks', when: 'early', times: 1 });
    expect((await migrate()).exit).toBe('migration aborted');
    expect(lab.guest(100)).toMatchObject({ node: 'pve1', lock: undefined });
    await lab.fault({ kind: 'migration-breaks', when: 'late', times: 1 });
    expect((await migrate()).exit).toBe('migration problems');
    expect(lab.guest(100)).toMatchObject({ node: 'pve2', lock: 'migrate' });
  });

  test('a template locked by a backup', async () => {
    await lab.fault({ kind: 'guest-locked', vmid: 9000 });
    const seen = await lab.send('POST', clonePath, { body: full });
    expect([seen.status, seen.reason]).toEqual([500, 'VM is locked (backup)']);
    await lab.control({ do: 'fault-off', kind: 'guest-locked' });
    expect((await lab.finish(await cloneOverHttps())).exit).toBe('OK');
  });

  test('an id taken by others between asking and cloning', async () => {
    await lab.fault({ kind: 'vmid-taken', where: 'same-node', times: 1 });
    const here = await lab.send('POST', clonePath, { body: full });
    expect(here.reason).toBe('unable to create VM 101: config file already exists');
    await lab.fault({ kind: 'vmid-taken', where: 'other-node', times: 1 });
    const { exit } = await lab.finish(await cloneOverHttps({ ...full, newid: '102' }));
    expect(exit).toBe(
      "close (rename) atomic file '/etc/pve/nodes/pve1/qemu-server/102.conf' failed: File exists",
    );
  });
});

describe('the connection', () => {
  test('broken JSON', async () => {
    await lab.fault({ kind: 'broken-json', path: '/version$', times: 1 });
    const { status, body } = await lab.send('GET', '/api2/json/version');
    expect(status).toBe(200);
    expect(() => JSON.parse(body)).toThrow(SyntaxError);
    expect(() => JSON.parse('{}')).not.toThrow();
  });

  test('a connection cut before the work, and after it', async () => {
    await lab.fault({ kind: 'cut-connection', when: 'before', method: 'POST', times: 1 });
    expect((await lab.send('POST', clonePath, { body: full })).failure).toBe('ECONNRESET');
    await lab.control({ do: 'wait-all-tasks' });
    expect(lab.guest(101)).toBeUndefined();
    await lab.fault({ kind: 'cut-connection', when: 'after', method: 'POST', times: 1 });
    expect((await lab.send('POST', clonePath, { body: full })).failure).toBe('ECONNRESET');
    await lab.control({ do: 'wait-all-tasks' });
    expect(lab.guest(101)).toBeDefined();
  });

  test('a slow answer comes, later', async () => {
    await lab.fault({ kind: 'slow-answers', ms: 45_000, path: '/version' });
    const before = lab.clock.now();
    expect((await lab.send('GET', '/api2/json/version')).status).toBe(200);
    expect(lab.clock.now() - before).toBe(45_000);
  });

  test('any refusal on demand', async () => {
    await lab.fault({
      kind: 'refuse',
      status: 500,
      reason: 'got no worker upid - start worker failed',
      method: 'POST',
      times: 1,
    });
    const seen = await lab.send('POST', clonePath, { body: full });
    expect([seen.status, seen.reason]).toEqual([500, 'got no worker upid - start worker failed']);
    expect((await lab.finish(await cloneOverHttps())).exit).toBe('OK');
  });

  test('stale resources: what happens is not shown', async () => {
    await lab.fault({ kind: 'stale-resources' });
    await lab.control({ do: 'set-guest', vmid: 100, config: { name: 'renamed' } });
    await lab.clock.advance(60_000);
    const { body } = await lab.send('GET', '/api2/json/cluster/resources?type=vm');
    expect(body).toContain('"name":"plain"');
    expect(body).not.toContain('renamed');
  });
});
