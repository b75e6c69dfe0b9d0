import { describe, expect, test } from 'vitest';
import { Lab, makeCluster } from './support.ts';

describe('resources', () => {
  test('a conversion shows after the next broadcast', async () => {
    const lab = new Lab();
    await lab.run('POST', '/nodes/pve1/qemu/100/template');
    const row = async () => (await lab.call('GET', '/cluster/resources?type=vm')).data;
    expect(await row()).toContainEqual(expect.objectContaining({ vmid: 100, template: 0 }));
    await lab.clock.advance(10_000);
    expect(await row()).toContainEqual(expect.objectContaining({ vmid: 100, template: 1 }));
  });

  test('rows are sorted as text and filtered by rights', async () => {
    const acl = [{ path: '/vms/100', id: 'low@pve', role: 'PVEAuditor' }];
    const lab = new Lab(makeCluster({ acl }));
    const ids = async (headers?: Record<string, string>) => {
      const { data } = await lab.call('GET', '/cluster/resources?type=vm', headers ? { headers } : {});
      return Array.isArray(data) ? data.map((row) => row.id) : [];
    };
    expect(await ids()).toEqual(['qemu/100', 'qemu/9000', 'qemu/9001']);
    expect(await ids(await lab.login('low@pve', 'low-secret'))).toEqual(['qemu/100']);
  });

  test('nodes show their figures only to who may see them', async () => {
    const lab = new Lab();
    const headers = await lab.login('low@pve', 'low-secret');
    const { data } = await lab.call('GET', '/nodes', { headers });
    expect(data).toContainEqual({
      id: 'node/pve1',
      type: 'node',
      node: 'pve1',
      status: 'online',
      level: '',
      ssl_fingerprint: '',
    });
    expect((await lab.call('GET', '/nodes')).data).toContainEqual(
      expect.objectContaining({ node: 'pve1', maxcpu: 8 }),
    );
  });

  test('the next id is the lowest free one within the range', async () => {
    const lab = new Lab();
    expect((await lab.call('GET', '/cluster/nextid')).data).toBe('101');
    await lab.control({ do: 'set-options', options: { 'next-id': 'lower=9000,upper=9002' } });
    expect((await lab.call('GET', '/cluster/nextid')).reason).toBe(
      'unable to get any free VMID in range [9000, 9002]',
    );
    expect((await lab.call('GET', '/cluster/nextid?vmid=9000')).errors).toEqual({
      vmid: 'VM 9000 already exists',
    });
  });

  test('a stand-alone node has no cluster row', async () => {
    const lab = new Lab(makeCluster({ name: null, nodes: [{ name: 'pve1', ip: '10.0.0.1' }] }));
    expect((await lab.call('GET', '/cluster/status')).data).toEqual([
      {
        type: 'node',
        id: 'node/pve1',
        name: 'pve1',
        nodeid: 0,
        ip: '10.0.0.1',
        local: 1,
        online: 1,
        level: '',
      },
    ]);
  });

  test('an unknown node is looked up by name, in vain', async () => {
    expect((await new Lab().call('GET', '/nodes/nosuch/qemu')).reason).toBe(
      "hostname lookup 'nosuch' failed - failed to get address info for: nosuch: Name or service not known",
    );
  });
});
