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

  test('a pool shows what its running guests use together', async () => {
    const vm = (vmid: number, cores: string, running: boolean) => {
      const config = { cores, memory: '1024' };
      return { vmid, node: 'pve1', name: `vm${vmid}`, running, startedAt: 1_767_225_000, config };
    };
    const guests = [vm(100, '1', true), vm(101, '3', true), vm(102, '8', false)];
    const pools = [{ id: 'p1', guests: [100, 101, 102] }, { id: 'p2' }];
    const lab = new Lab(makeCluster({ guests, pools }));
    const { data } = await lab.call('GET', '/cluster/resources');
    const rows = Array.isArray(data) ? data.filter((row) => row.type === 'pool') : [];
    expect(rows).toEqual([
      {
        id: '/pool/p1',
        type: 'pool',
        pool: 'p1',
        uptime: expect.any(Number),
        cpu: (0 * 1 + 0.001 * 3) / 4,
        maxcpu: 4,
        mem: 2 * 32 * 1024 ** 2,
        maxmem: 2 * 1024 ** 3,
      },
      { id: '/pool/p2', type: 'pool', pool: 'p2' },
    ]);
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

  test('a node that is off keeps what it has, for five minutes', async () => {
    const lab = new Lab();
    await lab.fault({ kind: 'node-off', node: 'pve2' });
    const row = async (node: string) => {
      const { data } = await lab.call('GET', '/cluster/resources?type=node', { node: 'pve1' });
      return Array.isArray(data) ? data.find((one) => one.node === node) : undefined;
    };
    const place = { id: 'node/pve2', type: 'node', node: 'pve2', status: 'offline', 'cgroup-mode': 2 };
    const capacity = { level: '', maxcpu: 8, maxmem: 34_359_738_368, maxdisk: 107_374_182_400 };
    expect(await row('pve2')).toEqual({ ...place, ...capacity });
    expect(await row('pve1')).toMatchObject({ ...capacity, status: 'online', uptime: expect.any(Number) });
    await lab.clock.advance(301_000);
    expect(await row('pve2')).toEqual(place);
  });

  test.each([
    ['8.4.21', undefined],
    ['9.2.11', 0],
  ])('%s tells what a guest costs its host: %s', async (version, memhost) => {
    const lab = new Lab(makeCluster({ version }));
    const { data } = await lab.call('GET', '/cluster/resources?type=vm');
    const row = Array.isArray(data) ? data.find((one) => one.vmid === 100) : {};
    expect(row).toMatchObject({ status: 'stopped', mem: 0 });
    expect(row.memhost).toBe(memhost);
  });

  test('what a guest costs its host is missing until a guest was ever told about on the node', async () => {
    const lab = new Lab(makeCluster({ version: '9.2.11', guests: [] }));
    await lab.run('POST', '/nodes/pve1/qemu', { body: { vmid: '150', scsi0: 'local:1' } });
    const row = async () => {
      const { data } = await lab.call('GET', '/cluster/resources?type=vm');
      return Array.isArray(data) ? data[0] : undefined;
    };
    await lab.control({ do: 'broadcast' });
    expect(await row()).toMatchObject({ vmid: 150, status: 'stopped' });
    expect(await row()).not.toHaveProperty('memhost');
    await lab.control({ do: 'broadcast' });
    expect(await row()).toMatchObject({ memhost: 0 });
    await lab.run('POST', '/nodes/pve1/qemu/150/status/start');
    await lab.control({ do: 'broadcast' });
    const { mem, memhost } = await row();
    expect([memhost > 0, memhost]).toEqual([true, mem]);
  });
});
