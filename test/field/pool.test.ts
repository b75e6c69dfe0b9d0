/** An account that may make guests in a pool only, and templates whose devices want rights of their own. */
import { afterEach, describe, expect, it } from 'vitest';
import type { WorldCluster } from '../../src/simulator/world.ts';
import { openField, type Field } from './support/open-field.ts';

let field: Field | undefined;

afterEach(() => field?.close());

async function open(...given: Parameters<typeof openField>): Promise<Field> {
  field = await openField(...given);
  return field;
}

/** World `n`, whose token may read and clone the original, and make guests in the pool `copies`. */
function limitToPool(cluster: WorldCluster): WorldCluster {
  const grant = (path: string, role: string) =>
    (['user', 'token'] as const).map((type) => ({
      path,
      role,
      type,
      id: type === 'user' ? 'hub@pve' : 'hub@pve!hub',
      propagate: true,
    }));
  return {
    ...cluster,
    roles: [...cluster.roles, { id: 'Look', privileges: ['Sys.Audit'] }],
    pools: [{ id: 'copies', guests: [], storages: [] }],
    acl: [
      ...grant('/', 'Look'),
      ...grant('/vms/9000', 'PVETemplateUser'),
      ...grant('/pool/copies', 'TemplateHub'),
      ...grant('/storage', 'PVEDatastoreUser'),
      ...grant('/sdn/zones', 'PVESDNUser'),
    ],
  };
}

describe('an account that may make guests in a pool only', () => {
  it('makes its copies there, when the policy names the pool', { timeout: 90_000 }, async () => {
    const lab = await open('n', { change: limitToPool, policy: { pool: 'copies' } });
    expect(await lab.hub('doctor')).toMatchObject({ code: 0 });
    expect(await lab.hub('replicate', 'run')).toMatchObject({ code: 0 });
    const [world] = lab.simulator.snapshot().clusters;
    const copy = lab.books().guests.find(({ node }) => node === 'pve2');
    expect(copy).toMatchObject({ template: true });
    expect(world?.pools).toMatchObject([{ id: 'copies', guests: [copy?.vmid] }]);
    expect((await lab.hub('replicate', 'plan')).stdout).toContain('everything is in place');
  });

  it('is told before anything is copied that a pool, or the right, is missing', async () => {
    const lab = await open('n', { change: limitToPool });
    const reason = expect.stringMatching(/VM\.Allocate is missing on \/vms; .* name a pool in the policy/);
    const line = expect.objectContaining({ state: 'NOT_POSSIBLE', reasonCode: 'RIGHT_MISSING', reason });
    expect(await lab.ask('replicate', 'plan')).toMatchObject([{ lines: expect.arrayContaining([line]) }]);
    const { stdout } = await lab.hub('doctor');
    expect(stdout).toMatch(/✗ +rights .*VM\.Allocate.* missing on \/vms and below/);
  });

  it('is told so as well when the pool of the policy is another', async () => {
    const lab = await open('n', { change: limitToPool, policy: { pool: 'copied' } });
    expect((await lab.hub('replicate', 'plan')).stdout).toMatch(/missing on \/pool\/copied and on \/vms/);
  });
});

describe('the doctor names the rights that single templates want', () => {
  it('fg: Mapping.Use of a mapped device, with the command that gives it', async () => {
    const lab = await open('fg');
    const { code, stdout } = await lab.hub('doctor');
    expect(code).toBe(0);
    expect(stdout).toMatch(/! +rights +Mapping\.Use missing on \/mapping\/pci\/gpu/);
    expect(stdout).toMatch(/^ {2}pveum acl modify \/mapping\/pci\/gpu /m);
  });

  it("g: Sys.Console of the host's CD drive", async () => {
    const lab = await open('g');
    expect((await lab.hub('doctor')).stdout).toMatch(/Sys\.Console missing on \//);
  });
});
