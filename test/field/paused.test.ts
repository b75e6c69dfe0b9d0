/** What a person sees of a cluster whose replication is paused, of a run without work, and of replicas that are to go. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeSchema } from '../../src/simulator/world.ts';
import { openField, type Field } from './support/open-field.ts';

let field: Field;

beforeAll(async () => {
  const off = { name: 'pve3', ip: '10.0.0.13', online: false };
  field = await openField('prot', {
    change: (cluster) => ({ ...cluster, nodes: [...cluster.nodes, nodeSchema.parse(off)] }),
  });
  await field.hub('scan');
});
afterAll(() => field.close());

describe('a paused cluster', () => {
  it('is told at once by a run, which ends watching after its --timeout and stays queued', async () => {
    await field.hub('replicate', 'pause', 'lab');
    const { code, stdout, stderr } = await field.hub('replicate', 'run', '--timeout', '5s');
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^run 1 waits: Replication of lab is paused since .*; let it go on with: hub replicate resume lab$/m,
    );
    // The reason is told once, when it is seen.
    expect(stderr).toMatch(/^Run 1 had not finished after 5s\.\n.* See: hub replicate status 1\n$/);
    expect(`${stdout}${stderr}`.match(/is paused since/g)).toHaveLength(1);
    expect(await field.ask('replicate', 'status')).toMatchObject([
      { databaseId: 1, status: 'QUEUED', waitingFor: { reason: 'PAUSED' } },
    ]);
    expect((await field.hub('replicate', 'status', '1')).stdout).toMatch(
      /^! run 1 waits: Replication of lab is paused/m,
    );
  });

  it('is told by the plan, with the command that ends it', async () => {
    const { code, stderr } = await field.hub('replicate', 'plan');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^No plan for lab: .*paused\nLet it go on: hub replicate resume lab /);
  });

  it('goes on where it was held', async () => {
    expect((await field.hub('replicate', 'resume')).code).toBe(0);
    const { code, stdout } = await field.hub('replicate', 'run');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^done +100% {2}debian-12-replica → pve2/m);
  });
});

describe('a run without work', () => {
  it('says so, with what is not possible and why', async () => {
    const { code, stdout } = await field.hub('replicate', 'run');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^Run \d of lab had nothing to do\.\nlab: 1 not possible\n! not possible: debian-12 \(9000\) on pve3: .*offline$/m,
    );
  });
});

describe('replicate remove', () => {
  it('wants --yes where nobody can be asked', async () => {
    const { code, stdout, stderr } = await field.hub('replicate', 'remove', '100');
    expect(code).toBe(2);
    expect(stdout).toMatch(/^ {2}remove {2}100 debian-12-replica on pve2 \(asked for\)$/m);
    expect(stderr).toBe(
      'This would remove 1 replica of cluster lab. Nobody can be asked here: add --yes if that is meant.\n',
    );
    expect(await field.ask('replicate', 'remove', '100', '--dry-run')).toMatchObject({
      remove: [{ vmid: 100, node: 'pve2' }],
      keep: [],
    });
  });

  it('refuses originals, and what is not there', async () => {
    expect((await field.hub('replicate', 'remove', '9000', '--yes')).stderr).toMatch(/is an original/);
    expect((await field.hub('replicate', 'remove', '777', '--yes')).stderr).toMatch(/has no template 777/);
  });

  it('removes what is confirmed', async () => {
    const { code, stdout } = await field.hub('replicate', 'remove', '100', '--yes');
    expect(code).toBe(0);
    expect(stdout).toMatch(/ removal +command +succeeded +1\/1/);
    expect(field.books().guests.map(({ vmid }) => vmid)).toEqual([9000]);
  });
});
