import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Lab, makeCluster } from './support.ts';

const nodes = [
  { name: 'pve1', ip: '10.0.0.1', bridges: ['vmbr0', 'vmbr1'] },
  { name: 'pve2', ip: '10.0.0.2' },
];
const vnets = [{ id: 'students', zone: 'campus', nodes: ['pve2'] }];

async function namesOf(lab: Lab, path: string, options = {}): Promise<string[]> {
  const { data } = await lab.call('GET', path, options);
  return z
    .array(z.object({ iface: z.string() }))
    .parse(data)
    .map(({ iface }) => iface);
}

describe('the network of a node', () => {
  test('bridges differ from node to node; virtual networks are listed where they reach', async () => {
    const lab = new Lab(makeCluster({ nodes, vnets }));
    expect(await namesOf(lab, '/nodes/pve1/network?type=any_bridge')).toEqual(['vmbr0', 'vmbr1']);
    expect(await namesOf(lab, '/nodes/pve2/network?type=any_bridge')).toEqual(['vmbr0', 'students']);
    expect(await namesOf(lab, '/nodes/pve2/network?type=any_local_bridge')).toEqual(['vmbr0']);
    expect(await namesOf(lab, '/nodes/pve1/network')).toEqual(['enp1s0', 'enp2s0', 'vmbr0', 'vmbr1']);
    await lab.control({ do: 'set-node', node: 'pve2', bridges: ['vmbr9'] });
    expect(await namesOf(lab, '/nodes/pve2/network?type=bridge')).toEqual(['vmbr9']);
  });

  test('only bridges that the caller may use or see', async () => {
    const acl = [{ path: '/sdn/zones/localnetwork/vmbr1', id: 'low@pve', role: 'PVESDNUser' }];
    const lab = new Lab(makeCluster({ nodes, vnets, acl }));
    const headers = await lab.login('low@pve', 'low-secret');
    expect(await namesOf(lab, '/nodes/pve1/network?type=any_bridge', { headers })).toEqual(['vmbr1']);
  });

  test('a right on a virtual network is one in its own zone', async () => {
    const grant = (path: string, role: string) => ({ path, id: 'low@pve', role });
    const acl = [grant('/vms', 'PVEVMAdmin'), grant('/storage', 'PVEDatastoreUser')];
    const lab = new Lab(makeCluster({ nodes, vnets, acl }));
    await lab.control({
      do: 'set-guest',
      vmid: 9000,
      config: { net0: 'virtio=BC:24:11:00:00:01,bridge=students,tag=7' },
    });
    const headers = await lab.login('low@pve', 'low-secret');
    const clone = () => lab.call('POST', '/nodes/pve1/qemu/9000/clone', { headers, body: { newid: '160' } });
    expect((await clone()).reason).toBe('Permission check failed (/sdn/zones/campus/students/7, SDN.Use)');
    await lab.control({ do: 'set-acl', acl: grant('/sdn/zones/campus', 'PVESDNUser') });
    expect((await clone()).status).toBe(200);
    expect((await lab.call('GET', '/cluster/sdn/vnets')).data).toEqual([
      { vnet: 'students', zone: 'campus', type: 'vnet' },
    ]);
  });
});

describe('users with an @ in their name', () => {
  const user = 'jane.doe@example.com@entra';
  const makeLab = () =>
    new Lab(
      makeCluster({
        users: [
          { id: 'root@pam', password: 'secret' },
          { id: user, password: 'long-secret' },
        ],
        tokens: [
          { user: 'root@pam', id: 'full', secret: 'full-secret', privsep: false },
          { user, id: 'hub', secret: 'token-secret', privsep: true },
        ],
        acl: [
          { path: '/', id: user, role: 'PVEAuditor' },
          { path: '/vms/100', type: 'token', id: `${user}!hub`, role: 'PVEAuditor' },
        ],
      }),
    );

  test.each([
    ['as it is', `${user}!hub=token-secret`],
    ['encoded', `${encodeURIComponent(`${user}!hub`)}=token-secret`],
  ])('their token is taken %s', async (_how, text) => {
    const lab = makeLab();
    const headers = { authorization: `PVEAPIToken=${text}` };
    expect((await lab.call('GET', '/nodes/pve1/qemu/100/config', { headers })).status).toBe(200);
    expect((await lab.call('GET', '/nodes/pve1/qemu/9000/config', { headers })).status).toBe(403);
  });

  test.each([
    ['whole', { username: user, password: 'long-secret' }],
    ['apart from its realm', { username: 'jane.doe@example.com', realm: 'entra', password: 'long-secret' }],
  ])('they log in, the name %s', async (_how, body) => {
    const lab = makeLab();
    const { data } = await lab.call('POST', '/access/ticket', { headers: {}, body });
    const { ticket } = z.object({ ticket: z.string(), username: z.literal(user) }).parse(data);
    const headers = { cookie: `PVEAuthCookie=${encodeURIComponent(ticket)}` };
    expect((await lab.call('GET', '/cluster/status', { headers })).status).toBe(200);
  });

  test('the administration knows them and their realm', async () => {
    const lab = makeLab();
    expect((await lab.call('GET', `/access/users/${user}/token/hub`)).data).toMatchObject({ privsep: 1 });
    expect((await lab.call('GET', '/access/domains')).data).toContainEqual({
      realm: 'entra',
      type: 'openid',
    });
    expect(
      (await lab.call('POST', '/access/users', { body: { userid: 'joe@example.com@entra' } })).status,
    ).toBe(200);
    expect((await lab.call('POST', '/access/users', { body: { userid: 'joe@nowhere' } })).reason).toBe(
      "create user failed: domain 'nowhere' does not exist",
    );
    const acl = { path: '/vms/9000', roles: 'PVEAuditor', tokens: `${user}!hub` };
    expect((await lab.call('PUT', '/access/acl', { body: acl })).status).toBe(200);
  });
});
