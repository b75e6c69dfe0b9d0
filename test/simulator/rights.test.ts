import { describe, expect, test } from 'vitest';
import { Lab, makeCluster } from './support.ts';

type Acl = NonNullable<Parameters<typeof makeCluster>[0]>['acl'];

async function refusalOf(acl: Acl, more: Record<string, string> = {}): Promise<string> {
  const lab = new Lab(makeCluster({ acl, pools: [{ id: 'p1' }] }));
  const headers = await lab.login('low@pve', 'low-secret');
  const reply = await lab.call('POST', '/nodes/pve1/qemu/9000/clone', {
    headers,
    body: { newid: '160', ...more },
  });
  return reply.reason;
}

describe('what a clone needs', () => {
  const grant = (path: string, role: string) => ({ path, id: 'low@pve', role });
  const source = grant('/vms/9000', 'PVETemplateUser');
  const copy = grant('/vms/160', 'PVEVMAdmin');
  const storage = grant('/storage/local', 'PVEDatastoreUser');
  const bridge = grant('/sdn/zones/localnetwork', 'PVESDNUser');

  test.each([
    ['nothing', [], 'Permission check failed (/vms/9000, VM.Clone)'],
    ['the source', [source], 'Permission check failed'],
    ['and the copy', [source, copy], 'Permission check failed (/storage/local, Datastore.AllocateSpace)'],
    [
      'and the storage',
      [source, copy, storage],
      'Permission check failed (/sdn/zones/localnetwork/vmbr0, SDN.Use)',
    ],
    ['and the bridge', [source, copy, storage, bridge], 'OK'],
  ])('with %s', async (_what, acl, reason) => {
    expect(await refusalOf(acl)).toBe(reason);
  });

  test('a pool stands in for the copy', async () => {
    const acl = [source, storage, bridge, grant('/pool/p1', 'PVEVMAdmin')];
    expect(await refusalOf(acl)).toBe('Permission check failed');
    expect(await refusalOf(acl, { pool: 'p1' })).toBe('OK');
    expect(await refusalOf(acl, { pool: 'p2' })).toBe('Permission check failed');
  });

  test('a deeper role replaces the inherited one, and NoAccess wins', async () => {
    const wide = [grant('/', 'PVEAdmin'), bridge];
    expect(await refusalOf(wide)).toBe('OK');
    expect(await refusalOf([...wide, grant('/vms/9000', 'PVEAuditor')])).toBe(
      'Permission check failed (/vms/9000, VM.Clone)',
    );
    expect(await refusalOf([...wide, grant('/vms', 'NoAccess')])).toBe(
      'Permission check failed (/vms/9000, VM.Clone)',
    );
  });

  test('an entry that does not propagate covers its own path only', async () => {
    const acl = [{ ...grant('/vms', 'PVEVMAdmin'), propagate: false }, storage, bridge];
    expect(await refusalOf(acl)).toBe('Permission check failed (/vms/9000, VM.Clone)');
  });
});

describe('tokens', () => {
  const tokens = [
    { user: 'root@pam', id: 'full', secret: 'full-secret', privsep: false },
    { user: 'root@pam', id: 'sep', secret: 'sep-secret' },
  ];
  const headers = { authorization: 'PVEAPIToken=root@pam!sep=sep-secret' };

  test('with privilege separation a token has only what it was given itself', async () => {
    const lab = new Lab(
      makeCluster({
        tokens,
        acl: [{ path: '/vms/100', type: 'token', id: 'root@pam!sep', role: 'PVEAuditor' }],
      }),
    );
    expect((await lab.call('GET', '/nodes/pve1/qemu/100/config', { headers })).status).toBe(200);
    expect((await lab.call('GET', '/nodes/pve1/qemu/9000/config', { headers })).reason).toBe(
      'Permission check failed (/vms/9000, VM.Audit)',
    );
    expect((await lab.call('GET', '/nodes/pve1/storage', { headers })).data).toEqual([]);
    expect((await lab.call('GET', '/cluster/status', { headers })).reason).toBe(
      'Permission check failed (/, Sys.Audit)',
    );
  });

  test('a root token is not root where root itself is asked for', async () => {
    const lab = new Lab();
    const { errors } = await lab.call('DELETE', '/nodes/pve1/qemu/100?skiplock=1');
    expect(errors).toEqual({ skiplock: 'Only root may use this option.' });
    const locked = await lab.call('PUT', '/nodes/pve1/qemu/100/config', { body: { lock: 'backup' } });
    expect(locked.reason).toBe("only root can set 'lock' config");
  });

  test("tasks: a token sees its own, others' need Sys.Audit", async () => {
    const lab = new Lab(makeCluster({ tokens }));
    const { data: upid } = await lab.call('POST', '/nodes/pve1/qemu/100/status/start');
    expect((await lab.call('GET', '/nodes/pve1/tasks?source=all', { headers })).data).toEqual([]);
    const status = await lab.call('GET', `/nodes/pve1/tasks/${String(upid)}/status`, { headers });
    expect(status.reason).toBe('Permission check failed (/nodes/pve1, Sys.Audit)');
    const stop = await lab.call('DELETE', `/nodes/pve1/tasks/${String(upid)}`, { headers });
    expect(stop.reason).toBe('Permission check failed (/nodes/pve1, Sys.Modify)');
  });
});

describe('administration', () => {
  test('users, roles and ACLs can be made, listed and removed', async () => {
    const lab = new Lab();
    const post = (path: string, body: Record<string, string>) => lab.call('POST', path, { body });
    expect((await post('/access/users', { userid: 'new@pve', password: 'long-enough' })).data).toBeNull();
    expect((await post('/access/users', { userid: 'new@pve' })).reason).toBe(
      "create user failed: user 'new@pve' already exists",
    );
    expect((await post('/access/roles', { roleid: 'Cloner', privs: 'VM.Clone,VM.Audit' })).data).toBeNull();
    expect((await post('/access/roles', { roleid: 'Odd', privs: 'VM.Nothing' })).reason).toContain(
      "invalid privilege 'VM.Nothing'",
    );
    const acl = { path: '/vms/9000', roles: 'Cloner', users: 'new@pve' };
    expect((await lab.call('PUT', '/access/acl', { body: acl })).data).toBeNull();
    const headers = await lab.login('new@pve', 'long-enough');
    expect((await lab.call('GET', '/access/permissions', { headers })).data).toEqual({
      '/vms/9000': { 'VM.Audit': 1, 'VM.Clone': 1 },
    });
    expect((await lab.call('GET', '/access/permissions?path=/vms/100', { headers })).data).toEqual({
      '/vms/100': {},
    });
    await lab.call('PUT', '/access/acl', { body: { ...acl, delete: '1' } });
    expect((await lab.call('GET', '/access/acl')).data).toEqual([]);
    expect((await lab.call('DELETE', '/access/users/new@pve')).data).toBeNull();
    expect((await lab.call('GET', '/access/users')).data).not.toContainEqual(
      expect.objectContaining({ userid: 'new@pve' }),
    );
  });

  test('own rights are told for each branch of the tree of ACLs, and for what is in pools', async () => {
    const acl = [
      { path: '/', id: 'low@pve', role: 'PVEPoolUser' },
      { path: '/sdn/zones/localnetwork', id: 'root@pam', role: 'PVESDNUser' },
    ];
    const tokens = [
      { user: 'root@pam', id: 'full', secret: 'full-secret', privsep: false },
      { user: 'low@pve', id: 't1', secret: 'low-token' },
    ];
    const pools = [{ id: 'p1', guests: [100], storages: ['tank'] }];
    const lab = new Lab(makeCluster({ acl, tokens, pools }));
    const headers = await lab.login('low@pve', 'low-secret');
    const { data } = await lab.call('GET', '/access/permissions', { headers });
    expect(Object.keys(Object(data)).toSorted()).toEqual(
      [
        '/',
        '/access',
        '/access/groups',
        '/nodes',
        '/pool',
        '/sdn',
        '/sdn/zones',
        '/sdn/zones/localnetwork',
      ].concat(['/storage', '/storage/tank', '/vms', '/vms/100']),
    );
    const ask = (userid: string) => lab.call('GET', `/access/permissions?userid=${userid}`, { headers });
    expect((await ask('low@pve!t1')).data).toEqual({});
    expect((await ask('root@pam')).reason).toBe('Permission check failed (/access, Sys.Audit)');
  });

  test('9.x has no VM.Monitor, and knows guest agent rights', async () => {
    const rights = async (version: string) =>
      Object.keys(
        (await new Lab(makeCluster({ version })).call('GET', '/access/roles/PVEVMAdmin')).data ?? {},
      );
    expect(await rights('8.4.21')).toContain('VM.Monitor');
    expect(await rights('9.2.11')).not.toContain('VM.Monitor');
    expect(await rights('9.2.11')).toContain('VM.GuestAgent.Audit');
  });
});
