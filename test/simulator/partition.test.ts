import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Lab, makeCluster } from './support.ts';

const nodes = ['pve1', 'pve2', 'pve3'].map((name) => ({ name }));
const open = z.array(z.looseObject({ name: z.string().optional(), online: z.number().optional() }));

async function onlineFrom(lab: Lab, node: string): Promise<string[]> {
  const { data } = await lab.call('GET', '/cluster/status', { node });
  return open.parse(data).flatMap(({ name, online }) => (online === 1 && name !== undefined ? [name] : []));
}

describe('a network in two parts', () => {
  test('each side sees itself, and only the larger one may write', async () => {
    const lab = new Lab(makeCluster({ nodes }));
    await lab.fault({ kind: 'partition', nodes: ['pve1'] });
    expect(await onlineFrom(lab, 'pve1')).toEqual(['pve1']);
    expect(await onlineFrom(lab, 'pve2')).toEqual(['pve2', 'pve3']);
    const [small, large] = await Promise.all(
      ['pve1', 'pve2'].map((node) => lab.call('GET', '/cluster/status', { node })),
    );
    expect(small?.data).toMatchObject([{ type: 'cluster', quorate: 0 }, {}, {}, {}]);
    expect(large?.data).toMatchObject([{ type: 'cluster', quorate: 1 }, {}, {}, {}]);
    const clone = await lab.call('POST', '/nodes/pve1/qemu/9000/clone', {
      node: 'pve1',
      body: { newid: '200' },
    });
    expect(clone.reason).toBe('cluster not ready - no quorum?');
    const changed = await lab.call('PUT', '/nodes/pve1/qemu/100/config', {
      node: 'pve1',
      body: { name: 'x' },
    });
    expect(changed.reason).toContain('Permission denied');
    expect((await lab.call('POST', '/pools', { node: 'pve2', body: { poolid: 'p' } })).status).toBe(200);
  });

  test('requests across it fail with 595 and nothing else; its end heals everything', async () => {
    const lab = new Lab(makeCluster({ nodes }));
    await lab.fault({ kind: 'partition', nodes: ['pve1'], reason: 'Connection timed out', afterMs: 30_000 });
    const before = lab.clock.now();
    const across = await lab.call('GET', '/nodes/pve1/qemu', { node: 'pve3' });
    expect(across).toMatchObject({ status: 595, reason: 'Connection timed out' });
    expect(across.raw.body).toBe('');
    expect(lab.clock.now() - before).toBe(30_000);
    expect((await lab.call('GET', '/nodes/pve2/qemu', { node: 'pve3' })).status).toBe(200);
    expect((await lab.call('GET', '/nodes/pve1/qemu', { node: 'pve1' })).status).toBe(200);
    await lab.control({ do: 'fault-off', kind: 'partition' });
    expect((await lab.call('GET', '/nodes/pve1/qemu', { node: 'pve3' })).status).toBe(200);
  });

  test('guests of the other side keep their figures for five minutes, then they are unknown', async () => {
    const lab = new Lab(makeCluster({ nodes }));
    const seen = async (node: string) => {
      const { data } = await lab.call('GET', '/cluster/resources?type=vm', { node });
      return z
        .array(z.object({ vmid: z.number(), status: z.string() }))
        .parse(data)
        .find(({ vmid }) => vmid === 100)?.status;
    };
    await lab.fault({ kind: 'partition', nodes: ['pve1'] });
    expect(await seen('pve2')).toBe('stopped');
    await lab.control({ do: 'pause', ms: 320_000 });
    expect(await seen('pve2')).toBe('unknown');
    expect(await seen('pve1')).toBe('stopped');
    const rows = await lab.call('GET', '/nodes', { node: 'pve2' });
    expect(rows.data).toMatchObject([
      { node: 'pve1', status: 'offline' },
      { status: 'online' },
      { status: 'online' },
    ]);
  });

  test('a migration does not get across', async () => {
    const lab = new Lab(makeCluster({ nodes }));
    await lab.fault({ kind: 'partition', nodes: ['pve3'] });
    const moved = await lab.run('POST', '/nodes/pve1/qemu/100/migrate', { body: { target: 'pve3' } });
    expect(moved.exit).toBe('migration aborted');
    expect(moved.log.join('\n')).toContain("Can't connect to destination address using public key");
  });

  test('a node that is not there is no side of it', async () => {
    const lab = new Lab(makeCluster({ nodes }));
    await expect(lab.fault({ kind: 'partition', nodes: ['pve9'] })).rejects.toThrow("has no node 'pve9'");
  });
});

describe('pvedaemon is down, pveproxy runs', () => {
  test('what runs as root answers 595 with an empty body, logins among it; the rest goes on', async () => {
    const lab = new Lab();
    await lab.fault({ kind: 'daemon-down', node: 'pve1' });
    const refusal = { status: 595, reason: 'Connection refused' };
    const login = await lab.call('POST', '/access/ticket', {
      headers: {},
      body: { username: 'root@pam', password: 'secret' },
    });
    expect(login).toMatchObject(refusal);
    expect(login.raw.body).toBe('');
    expect(login.raw.headers.map(([name]) => name)).not.toContain('Content-Type');
    expect(await lab.call('GET', '/nodes/pve1/qemu/100/status/current')).toMatchObject(refusal);
    expect(await lab.call('POST', '/nodes/pve1/qemu/9000/clone', { body: { newid: '200' } })).toMatchObject(
      refusal,
    );
    expect(lab.guest(200)).toBeUndefined();
    expect((await lab.call('GET', '/cluster/resources')).status).toBe(200);
    expect((await lab.call('GET', '/nodes/pve1/qemu/100/config')).status).toBe(200);
    // Asked of the other node it is the same daemon that is missing.
    expect(await lab.call('POST', '/nodes/pve1/qemu/100/template', { node: 'pve2' })).toMatchObject(refusal);
    expect(
      (
        await lab.call('POST', '/access/ticket', {
          headers: {},
          node: 'pve2',
          body: { username: 'root@pam', password: 'secret' },
        })
      ).status,
    ).toBe(200);
  });

  test('rights are looked at before: who may not, is told so', async () => {
    const lab = new Lab();
    const headers = await lab.login('low@pve', 'low-secret');
    await lab.fault({ kind: 'daemon-down' });
    expect(
      (await lab.call('POST', '/nodes/pve1/qemu/9000/clone', { headers, body: { newid: '200' } })).status,
    ).toBe(403);
  });
});
