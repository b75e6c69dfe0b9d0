/** Accounts that see nothing, or only a part: nobody is told that all is well. */
import { afterEach, describe, expect, it } from 'vitest';
import type { WorldCluster } from '../../src/simulator/world.ts';
import { openField, type Field } from './support/open-field.ts';

const token = 'hub@pve!hub';
let field: Field | undefined;

afterEach(() => field?.close());

async function open(...given: Parameters<typeof openField>): Promise<Field> {
  field = await openField(...given);
  return field;
}

type Acl = WorldCluster['acl'][number];

/** The world `n`, with these entries for the token alone. */
function grantToken(...entries: (Pick<Acl, 'path' | 'role'> & Partial<Acl>)[]) {
  return (cluster: WorldCluster): WorldCluster => ({
    ...cluster,
    acl: [
      ...cluster.acl,
      ...entries.map((entry) => ({ propagate: true, type: 'token' as const, id: token, ...entry })),
    ],
  });
}

/** What each of the commands says and ends with. */
async function tryAll({ hub, ask }: Field) {
  const scan = await hub('scan');
  const plan = await hub('replicate', 'plan');
  const run = await hub('replicate', 'run');
  const clusters = await ask('cluster', 'list');
  return { scan, plan, run, clusters, codes: [scan.code, plan.code, run.code] };
}

const blindness = /The account sees no guests on cluster lab: .*VM\.Audit on \/vms and below.* missing/;

describe('an account that sees no guests on a cluster that has nodes', { timeout: 60_000 }, () => {
  it.each([
    ['n: a token without any right', (cluster: WorldCluster) => cluster],
    ['n2: a token with Sys.Audit only', grantToken({ path: '/', role: 'PVEAuditorOfNothing' })],
    ['a token with rights on an empty pool only', grantToken({ path: '/pool/hub', role: 'TemplateHub' })],
  ])('%s: is a fault for scan, plan, run and the state of the cluster', async (what, change) => {
    const role = { id: 'PVEAuditorOfNothing', privileges: ['Sys.Audit'] };
    const lab = await open('n', {
      change: (cluster) => change({ ...cluster, roles: [...cluster.roles, role] }),
    });
    const { scan, plan, run, clusters, codes } = await tryAll(lab);
    expect(codes).toEqual([1, 1, 1]);
    for (const { stdout, stderr } of [scan, plan, run]) expect(stdout + stderr).toMatch(blindness);
    expect(plan.stdout).not.toContain('everything is in place');
    const hasSystem = what.startsWith('n2');
    expect(plan.stderr.includes('Sys.Audit on /')).toBe(!hasSystem);
    expect(clusters).toMatchObject([{ lastErrorCode: 'NO_GUESTS_VISIBLE', templateCount: 0 }]);
  });

  it('n2 as it is written is one', async () => {
    const { codes } = await tryAll(await open('n2'));
    expect(codes).toEqual([1, 1, 1]);
  });

  it('fails its run once, without looking again and again', async () => {
    const lab = await open('n');
    await lab.hub('replicate', 'run');
    expect(await lab.ask('replicate', 'status')).toMatchObject([
      { outcome: 'FAILED', errorCode: 'NO_GUESTS_VISIBLE', stepsTotal: 0 },
    ]);
  });

  it('does not stand in the way of a second cluster that is well', async () => {
    const full = { path: '/', type: 'token' as const, id: token, role: 'TemplateHub', propagate: true };
    const lab = await open('n', {
      beside: (cluster) => ({ ...cluster, id: 'well', name: 'well', acl: [...cluster.acl, full] }),
    });
    const { scan, plan } = await tryAll(lab);
    expect(scan.stdout + scan.stderr).toMatch(blindness);
    expect(plan.stdout).toMatch(/well/);
    expect(await lab.ask('cluster', 'list')).toMatchObject([
      { clusterId: 'lab', lastErrorCode: 'NO_GUESTS_VISIBLE' },
      { clusterId: 'well', lastErrorCode: null, templateCount: 2 },
    ]);
  });

  it('keeps what was known of the cluster', async () => {
    const lab = await open('n', { change: grantToken({ path: '/', role: 'TemplateHub' }) });
    expect((await lab.hub('scan')).code).toBe(0);
    await lab.control({
      do: 'set-acl',
      cluster: 'lab',
      acl: { path: '/', type: 'token', id: token, role: 'NoAccess' },
    });
    expect((await lab.hub('scan')).code).toBe(1);
    expect(await lab.ask('template', 'list')).toMatchObject([{ vmid: 9000, state: 'PRESENT' }]);
  });
});

describe('all is well', () => {
  const full = grantToken({ path: '/', role: 'TemplateHub' });

  it('with a cluster that is really empty, and an account that may see all', async () => {
    const lab = await open('n', { change: (cluster) => full({ ...cluster, guests: [] }) });
    const { scan, plan, run } = await tryAll(lab);
    expect([scan.code, plan.code, run.code]).toEqual([0, 0, 0]);
    expect(await lab.ask('cluster', 'list')).toMatchObject([{ lastErrorCode: null }]);
  });

  it('with containers only', async () => {
    const container = {
      vmid: 9100,
      type: 'lxc' as const,
      node: 'pve1',
      name: 'alpine',
      template: false,
      running: false,
      config: { ostype: 'alpine' },
      disks: [],
      snapshots: [],
    };
    const lab = await open('n', { change: (cluster) => full({ ...cluster, guests: [container] }) });
    expect((await tryAll(lab)).codes).toEqual([0, 0, 0]);
  });
});

describe('an account with rights on some storages only', () => {
  it('that sees none is told so by the scan', async () => {
    const lab = await open('n', { change: grantToken({ path: '/vms', role: 'TemplateHub' }) });
    const { code, stderr, stdout } = await lab.hub('scan');
    expect(code).toBe(1);
    expect(stdout + stderr).toMatch(/Sys\.Audit|sees no storages/);
  });
});
