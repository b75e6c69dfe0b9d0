/** The commands that `hub doctor` gives, run literally on the simulator: they add what is missing and take nothing. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { examineCluster } from '../../../src/cli/doctor/examine-cluster.ts';
import { Secret } from '../../../src/config/secret.ts';
import { createProxmoxClient } from '../../../src/proxmox/client.ts';
import { drive } from '../../../src/simulator/drive.ts';
import type { WorldInput } from '../../../src/simulator/world.ts';
import { createSimulatorTransport } from '../../proxmox/simulator-transport.ts';
import { Lab, makeCluster } from '../../simulator/support.ts';
import { runShell, type SendAsRoot } from '../../support/pveum.ts';

type Cluster = WorldInput['clusters'][number];
type Acl = NonNullable<Cluster['acl']>[number];

const user = 'jane@pve';
const tokenId = `${user}!hub`;
const token = `${tokenId}=secret`;
const readmeRole = {
  id: 'TemplateHub',
  privileges: [
    'VM.Audit',
    'VM.Clone',
    'VM.Allocate',
    'VM.Migrate',
    'VM.Config.Options',
    'VM.Config.CDROM',
    'VM.Config.Disk',
    'Datastore.Audit',
    'Datastore.AllocateSpace',
    'SDN.Use',
    'Sys.Audit',
    'Pool.Audit',
  ],
};

/** A cluster in which jane has a token, john another role of the name that doctor would give, and a group has rights. */
function makeWorld(changes: Partial<Cluster>): Cluster {
  return makeCluster({
    users: [{ id: 'root@pam', password: 'secret' }, { id: user, groups: ['admins'] }, { id: 'john@pve' }],
    groups: [{ id: 'admins' }],
    tokens: [
      { user: 'root@pam', id: 'full', secret: 'full-secret', privsep: false },
      { user, id: 'hub', secret: 'secret', privsep: true },
      { user, id: 'other', secret: 'secret', privsep: true },
    ],
    pools: [{ id: 'hub', guests: [9000] }],
    ...changes,
  });
}

const identities = [user, tokenId, `${user}!other`, 'john@pve'];
const permissionsSchema = z.record(z.string(), z.record(z.string(), z.number()));

/** Everybody's rights everywhere, as `who path privilege`; those that hold below have a star. */
async function listRights(lab: Lab): Promise<Set<string>> {
  const found = new Set<string>();
  for (const who of identities) {
    const { data } = await lab.call('GET', `/access/permissions?${new URLSearchParams({ userid: who })}`);
    for (const [path, held] of Object.entries(permissionsSchema.parse(data))) {
      for (const [name, below] of Object.entries(held)) {
        found.add(`${who} ${path} ${name}`);
        if (below) found.add(`${who} ${path} ${name}*`);
      }
    }
  }
  return found;
}

function examine(lab: Lab, replication: object = {}) {
  const tls = { mode: 'system' } as const;
  const cluster = {
    id: 'lab',
    name: 'lab',
    host: 'pve1',
    port: 8006,
    token: new Secret(token),
    tls,
    replication,
  };
  const client = createProxmoxClient({
    connection: { clusterId: 'lab', host: 'pve1', token, tls },
    clock: lab.clock,
    random: () => 0.5,
    attempts: 1,
    transport: createSimulatorTransport(lab.simulator),
  });
  return drive(lab.clock, examineCluster(cluster, client));
}

/** Runs the commands of all checks, as somebody would who copies them from the terminal. */
async function followAdvice(lab: Lab, replication?: object): Promise<number> {
  const send: SendAsRoot = async (method, path, parameters) => {
    const query = method === 'GET' ? `?${new URLSearchParams(parameters)}` : '';
    return lab.call(method, `${path}${query}`, method === 'GET' ? {} : { body: parameters });
  };
  const checks = await examine(lab, replication);
  const commands = new Set(checks.flatMap((check) => check.commands ?? []));
  const pveum = [...commands].filter((command) => command.startsWith('pveum'));
  for (const command of pveum) expect(await runShell(command, send), command).toMatchObject({ code: 0 });
  return pveum.length;
}

async function listFailed(lab: Lab, replication?: object): Promise<string[]> {
  const checks = await examine(lab, replication);
  return checks
    .filter(({ level, subject }) => level === 'fail' && ['rights', 'storages', 'nodes'].includes(subject))
    .map(({ message }) => message);
}

/** Follows the advice until there is none for what is needed; rights must never become less. */
async function followAll(lab: Lab, replication?: object, rounds = 4): Promise<string[]> {
  for (let round = 0; round < rounds; round += 1) {
    const before = await listRights(lab);
    await followAdvice(lab, replication);
    const after = await listRights(lab);
    expect([...before].filter((right) => !after.has(right))).toEqual([]);
    if ((await listFailed(lab, replication)).length === 0) return [];
  }
  return listFailed(lab, replication);
}

const grant = (path: string, role: string, more: Partial<Acl> = {}): Acl => ({
  path,
  role,
  id: user,
  ...more,
});
const grantToken = (path: string, role: string): Acl => grant(path, role, { id: tokenId, type: 'token' });

describe('the commands of the doctor, run literally, add what is missing and take nothing', () => {
  it.each<[string, Acl[], Partial<Cluster>?]>([
    ['from a token without rights, whose user has none', []],
    ['from a token without rights, whose user has the role', [grant('/', 'TemplateHub')]],
    ['from a token with the role, whose user has no rights', [grantToken('/', 'TemplateHub')]],
    ['from a token without rights, whose user is an administrator', [grant('/', 'Administrator')]],
    [
      'from a token that may see, whose user is an administrator by a group',
      [grant('/', 'Administrator', { id: 'admins', type: 'group' }), grantToken('/', 'PVEAuditor')],
    ],
    [
      'from roles on each area, of which one lacks a right',
      [
        grant('/', 'PVEAuditor'),
        grantToken('/', 'PVEAuditor'),
        grant('/vms', 'PVEVMAdmin'),
        grantToken('/vms', 'PVEVMAdmin'),
        grant('/storage', 'PVEDatastoreUser'),
        grantToken('/storage', 'PVEDatastoreUser'),
      ],
    ],
    [
      'from a role that does not hold below',
      [grant('/', 'TemplateHub', { propagate: false }), grantToken('/', 'TemplateHub')],
    ],
    [
      'where another account lives by a role of the same name that can do more',
      [grant('/', 'TemplateHub', { id: 'john@pve' })],
      { roles: [{ id: 'TemplateHub', privileges: ['VM.Console', 'VM.Audit'] }] },
    ],
    [
      'where the role is there, and of an older version',
      [grant('/', 'TemplateHub'), grantToken('/', 'TemplateHub')],
      { roles: [{ id: 'TemplateHub', privileges: ['VM.Audit', 'VM.Clone', 'Sys.Audit'] }] },
    ],
    [
      'from rights on a pool only',
      [grant('/pool/hub', 'TemplateHub'), grantToken('/pool/hub', 'TemplateHub')],
    ],
  ])('%s', async (_what, acl, changes = {}) => {
    const lab = new Lab(makeWorld({ roles: [readmeRole], acl, ...changes }));
    expect(await listFailed(lab)).not.toEqual([]);
    expect(await followAll(lab)).toEqual([]);
  });

  it('for an account that makes its copies in a pool: only there, and on the originals', async () => {
    const acl = [grant('/pool/hub', 'PVEAuditor'), grantToken('/pool/hub', 'PVEAuditor')];
    const lab = new Lab(makeWorld({ roles: [readmeRole], acl }));
    expect(await followAll(lab, { pool: 'hub' })).toEqual([]);
  });

  it('from any entries whatever', { timeout: 180_000 }, async () => {
    const roles = [
      'TemplateHub',
      'PVEAuditor',
      'PVEVMUser',
      'PVEDatastoreUser',
      'Administrator',
      'PVEPoolUser',
    ];
    const entry = fc.record({
      path: fc.constantFrom(
        '/',
        '/vms',
        '/vms/9000',
        '/storage',
        '/storage/local',
        '/sdn/zones',
        '/pool/hub',
      ),
      role: fc.constantFrom(...roles),
      propagate: fc.boolean(),
      who: fc.constantFrom('user', 'token', 'group', 'john'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 6 }), async (entries) => {
        const acl = entries.map(({ who, ...rest }): Acl => {
          if (who === 'token') return { ...rest, id: tokenId, type: 'token' };
          if (who === 'group') return { ...rest, id: 'admins', type: 'group' };
          return { ...rest, id: who === 'john' ? 'john@pve' : user };
        });
        const lab = new Lab(makeWorld({ roles: [readmeRole], acl }));
        expect(await followAll(lab)).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });
});

describe('an odd answer', () => {
  it('fails the check that needs it, and hides no other', async () => {
    const lab = new Lab(
      makeWorld({ roles: [readmeRole], acl: [grant('/', 'TemplateHub'), grantToken('/', 'TemplateHub')] }),
    );
    for (const path of [
      '/storage',
      '/cluster/status',
      '/cluster/resources',
      '/access/permissions',
      '/time',
    ]) {
      const odd = createSimulatorTransport(lab.simulator);
      const client = createProxmoxClient({
        connection: { clusterId: 'lab', host: 'pve1', token, tls: { mode: 'system' } },
        clock: lab.clock,
        random: () => 0.5,
        attempts: 1,
        transport: async (request) => {
          const isOdd = new URL(request.path, 'https://any').pathname.endsWith(path);
          return isOdd ? { status: 200, reason: 'OK', body: '{"data":"odd"}' } : odd(request);
        },
      });
      const tls = { mode: 'system' } as const;
      const cluster = { id: 'lab', name: 'lab', host: 'pve1', port: 8006, token: new Secret(token), tls };
      const checks = await drive(lab.clock, examineCluster(cluster, client));
      const subjects = new Set(checks.map(({ subject }) => subject));
      for (const subject of ['connection', 'nodes', 'rights', 'time', 'storages'])
        expect(subjects, `${subject} with an odd ${path}`).toContain(subject);
    }
  });
});
