/** Names that are mistyped: nothing is answered for another thing, and nothing succeeds by finding nothing. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeSchema } from '../../src/simulator/world.ts';
import { makeFolder, runHub } from '../cli/support.ts';
import { openField, type Field } from './support/open-field.ts';

let field: Field;

beforeAll(async () => {
  field = await openField('prot');
  await field.hub('scan');
});
afterAll(() => field.close());

describe('replicate plan and run', () => {
  it.each([
    ['a VMID that is not there', ['--vmid', '9001'], /no template 9001 in lab: hub template list shows/],
    ['a node that is not there', ['--node', 'pve22'], /no node "pve22" in lab; did you mean "pve2"\?/],
    ['a node unlike all others', ['--node', 'storage7'], /no node "storage7" in lab; there are pve1, pve2/],
    ['one of two that is not there', ['--vmid', '9000', '--vmid', '90000'], /no template 90000 in lab/],
    ['a cluster that is not there', ['--cluster', 'lap'], /no cluster "lap"/],
  ])('refuse %s', async (_what, words, message) => {
    for (const command of ['plan', 'run']) {
      const { code, stderr } = await field.hub('replicate', command, ...words);
      expect(stderr).toMatch(message);
      expect(code).toBe(1);
    }
    expect(await field.ask('replicate', 'status')).toEqual([]);
  });

  it('tell that a VMID is a replica, or no template', async () => {
    expect((await field.hub('replicate', 'run', '--vmid', '9000')).code).toBe(0);
    const replica = await field.hub('replicate', 'plan', '--vmid', '100');
    expect(replica.stderr).toMatch(/Template 100 of lab is a replica of 9000: ask for that/);
    await field.control({
      do: 'add-guest',
      cluster: 'lab',
      guest: { vmid: 700, type: 'qemu', node: 'pve1', name: 'vm', template: false, running: false },
    });
    expect((await field.hub('replicate', 'plan', '--vmid', '700')).stderr).toMatch(/Guest 700 of lab is no/);
  });

  it('take a template that was made after the last scan', async () => {
    await field.control({
      do: 'add-guest',
      cluster: 'lab',
      guest: { vmid: 9100, type: 'qemu', node: 'pve1', name: 'new', template: true, running: false },
    });
    const { code, stdout } = await field.hub('replicate', 'plan', '--vmid', '9100');
    expect(stdout).toMatch(/new/);
    expect(code).toBe(0);
  });
});

describe('a cluster of which a node was never seen online', () => {
  it('does not say of a guest there that it is no template', async () => {
    const off = nodeSchema.parse({ name: 'pve3', ip: '10.0.0.13', online: false });
    const lab = await openField('prot', {
      change: (cluster) => ({ ...cluster, nodes: [...cluster.nodes, off] }),
    });
    await lab.control({
      do: 'add-guest',
      guest: { vmid: 9200, type: 'qemu', node: 'pve3', name: 'far', template: true, running: false },
    });
    const known = await lab.hub('replicate', 'plan', '--vmid', '9200');
    const unknown = await lab.hub('replicate', 'plan', '--vmid', '9201');
    await lab.close();
    expect(known).toMatchObject({ code: 0, stderr: '' });
    expect(unknown.stderr).toMatch(/no template 9201 in lab/);
  });
});

describe('class create', () => {
  it('refuses nodes that are not there', async () => {
    const words = ['create', 'Rust', '--cluster', 'lab', '--source', '9000', '--node', 'pve1', 'pve22'];
    const { code, stderr } = await field.hub('class', ...words);
    expect(stderr).toMatch(/^Cluster lab has no node "pve22"; did you mean "pve2"\?/);
    expect(code).toBe(1);
    expect(await field.ask('class', 'list')).toEqual([]);
  });
});

describe('stats', () => {
  it('refuses a cluster that is not there', async () => {
    const { code, stderr } = await field.hub('stats', '--cluster', 'lap');
    expect(stderr).toMatch(/there is no cluster "lap"; did you mean "lab"\?/);
    expect(code).toBe(1);
  });
});

describe('a policy', () => {
  it('for nodes and storages that are not there is set, with a warning', async () => {
    const include = 'templates.include={vmids: [9000, 9009], names: [debain-12, "deb*"]}';
    const words = [include, 'nodes.exclude=[pve3]', 'storage={pve22: local-lvm, "*": local-zfs}'];
    const set = await field.hub('replicate', 'policy', 'set', 'lab', ...words);
    expect(set.code).toBe(0);
    for (const pattern of [
      /^! The policy's nodes\.exclude names node "pve3", which the cluster does not have; did/m,
      /^! The policy's storage names node "pve22", which the cluster does not have; did you/m,
      /^! The policy's storage names storage "local-zfs", which the cluster does not have/m,
      /^! The policy's templates\.include names template "debain-12", .*; did you mean "debian-12"\?/m,
      /^! The policy's templates\.include names template 9009, which the cluster does not have$/m,
    ])
      expect(set.stdout).toMatch(pattern);
    expect(set.stdout).not.toMatch(/names template (?:9000|"deb\*")/);
    const plan = await field.hub('replicate', 'plan');
    expect(plan.stdout).toMatch(/^! The policy's nodes\.exclude names node "pve3"/m);
    await field.hub('replicate', 'policy', 'reset', 'lab');
    expect((await field.hub('replicate', 'plan')).stdout).not.toContain("policy's");
  });

  it('that a dry run tries warns, too', async () => {
    const words = ['nodes.include=[pve-2]', '--dry-run'];
    const { stdout } = await field.hub('replicate', 'policy', 'set', 'lab', ...words);
    expect(stdout).toMatch(/names node "pve-2", which the cluster does not have; did you mean "pve2"\?/);
  });
});

describe('in a folder without clusters', () => {
  const place = makeFolder();
  afterAll(() => place.remove());

  it.each([
    [['serve', '--port', '0'], /or serve what the database has: hub serve --offline/],
    [['replicate', 'plan'], /no cluster is configured: write clusters\.json, or set PVE_HOST/],
    [['replicate', 'run'], /no cluster is configured/],
    [['scan'], /no cluster is configured/],
    [['doctor'], /no cluster is configured/],
  ])('%j says that there is none', async (words, message) => {
    const { code, stderr } = await runHub(words, place);
    expect(stderr).toMatch(message);
    expect(code).toBe(1);
  });
});

describe('a reading command with a typing error in DATABASE_URL', () => {
  const place = makeFolder();
  afterAll(() => place.remove());

  it.each([
    ['template', 'list'],
    ['template', 'nodes', '9000'],
    ['replicate', 'status'],
    ['class', 'list'],
    ['cluster', 'list'],
    ['webhook', 'list'],
    ['stats'],
  ])('%s %s %s makes no new database', async (...words) => {
    const environment = { DATABASE_URL: 'file:hbu.db' };
    const { code, stderr } = await runHub(words, { folder: place.folder, environment });
    expect(stderr).toMatch(/hbu\.db/);
    expect(code).toBe(1);
    expect(existsSync(join(place.folder, 'hbu.db'))).toBe(false);
  });
});

describe('persisted operations', () => {
  const place = makeFolder();
  afterAll(() => place.remove());

  it('that do not fit the schema are all told at the start of the server', async () => {
    const operations = { good: '{ stats { totalTemplates } }', old: '{ stats { total } }', cut: '{ stats {' };
    writeFileSync(join(place.folder, 'operations.json'), JSON.stringify(operations));
    const { code, stderr } = await runHub(['serve', '--offline', '--port', '0'], {
      folder: place.folder,
      environment: { PERSISTED_OPERATIONS: 'operations.json' },
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^PERSISTED_OPERATIONS does not fit the schema \(schema\.graphql\):$/m);
    expect(stderr).toMatch(/^ {2}old: Cannot query field "total" on type "Stats"/m);
    expect(stderr).toMatch(/^ {2}cut: Syntax Error/m);
    expect(stderr).not.toMatch(/good|at .*\.ts:/);
  });
});
