/** Templates of the field that once were copied in vain in every run, or not at all and without a word. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { openField, type Field } from './support/open-field.ts';

// Whole runs over HTTPS.
vi.setConfig({ testTimeout: 120_000 });

let field: Field | undefined;

afterEach(() => field?.close());

async function open(...given: Parameters<typeof openField>): Promise<Field> {
  field = await openField(...given);
  return field;
}

/** Copies that the cluster's tasks made or began, of any outcome. */
function countCopies({ books }: Field): { clones: number; migrations: number } {
  const { tasks } = books();
  const count = (type: string) => tasks.filter((task) => task.type === type).length;
  return { clones: count('qmclone'), migrations: count('qmigrate') };
}

/** Exit codes of three runs. */
async function runThrice({ hub }: Field): Promise<(number | null)[]> {
  const codes = [];
  for (let run = 0; run < 3; run += 1) codes.push((await hub('replicate', 'run')).code);
  return codes;
}

function replicas({ books }: Field) {
  return books().guests.filter(({ vmid }) => vmid < 9000);
}

const planSchema = z.array(
  z.object({
    lines: z.array(
      z.object({
        sourceVmid: z.int(),
        targetNode: z.string(),
        state: z.string(),
        way: z.string().nullable(),
        reasonCode: z.string().nullable(),
        reason: z.string().nullable(),
        warnings: z.array(z.object({ code: z.string(), message: z.string() })),
      }),
    ),
  }),
);

/** The lines that are not in place. */
async function plan({ ask }: Field, ...words: string[]) {
  const [only] = planSchema.parse(await ask('replicate', 'plan', ...words));
  return (only?.lines ?? []).filter(({ state }) => state !== 'PRESENT');
}

const stepsSchema = z.object({
  steps: z.array(
    z.object({
      vmid: z.int().nullable(),
      phase: z.string(),
      attempts: z.int(),
      errorCode: z.string().nullable(),
      errorMessage: z.string().nullable(),
    }),
  ),
});

async function stepsOf({ ask }: Field, run: number) {
  return stepsSchema.parse(await ask('replicate', 'status', String(run))).steps;
}

describe('a way that the planner knew and the step did not go', () => {
  it('r4b: qcow2 of a directory that one node has becomes raw for the thin pool of the other, once', async () => {
    const lab = await open('r4b');
    expect(await runThrice(lab)).toEqual([0, 0, 0]);
    expect(countCopies(lab)).toEqual({ clones: 1, migrations: 1 });
    expect(replicas(lab)).toMatchObject([
      { node: 'pve2', template: true, config: { scsi0: expect.stringMatching(/^data2:base-/) } },
    ]);
  });

  it('sc: a template whose own storage no longer takes images is converted to another, once', async () => {
    const lab = await open('sc');
    expect(await plan(lab)).toMatchObject([{ way: 'CONVERTING_CLONE', reason: null }]);
    expect(await runThrice(lab)).toEqual([0, 0, 0]);
    expect(countCopies(lab)).toEqual({ clones: 1, migrations: 1 });
    expect(replicas(lab)).toMatchObject([
      { node: 'pve2', template: true, config: { scsi0: expect.stringMatching(/^local-lvm:base-/) } },
    ]);
  });
});

describe('what a template has of its host', () => {
  it('c: a hook script stays in the replica, and the plan says that the target lacks it', async () => {
    const lab = await open('c');
    const [line] = await plan(lab);
    expect(line?.warnings).toMatchObject([
      { code: 'SNIPPET_MISSING', message: expect.stringContaining('local:snippets/hook.pl') },
    ]);
    expect(await runThrice(lab)).toEqual([0, 0, 0]);
    expect(countCopies(lab)).toEqual({ clones: 1, migrations: 1 });
    expect(replicas(lab)).toMatchObject([
      { node: 'pve2', template: true, config: { hookscript: 'local:snippets/hook.pl' } },
    ]);
  });

  it.each([
    ['f2', 'SOURCE_USES_HOST_DEVICES', 'serial0'],
    ['fg', 'RIGHT_MISSING', 'Mapping.Use on /mapping/pci/gpu'],
    ['g', 'RIGHT_MISSING', 'Sys.Console on /'],
    ['h', 'SOURCE_ISO_LOST', 'sata0'],
  ])('%s: is in the plan (%s) and never copied', async (world, code, words) => {
    const lab = await open(world);
    expect(await plan(lab)).toMatchObject([
      { state: 'NOT_POSSIBLE', reasonCode: code, reason: expect.stringContaining(words) },
    ]);
    expect(await runThrice(lab)).toEqual([0, 0, 0]);
    expect(countCopies(lab)).toEqual({ clones: 0, migrations: 0 });
  });

  it.each([
    ['f2', /serial0 of template 9000 is a device of node pve1 itself/],
    ['fg', /Mapping\.Use missing on \/mapping\/pci\/gpu.*template 9000 with its hostpci0/],
    ['g', /Sys\.Console missing on \/: .*template 9000 with its sata0/],
  ])('%s: the doctor names it', async (world, words) => {
    const lab = await open(world);
    const { stdout } = await lab.hub('doctor');
    expect(stdout).toMatch(words);
  });

  it('fg: with the right, a mapped device goes to the nodes that have one under its name', async () => {
    const lab = await open('fg', {
      change: (cluster) => ({
        ...cluster,
        mappings: [{ type: 'pci', id: 'gpu', nodes: ['pve1', 'pve2'] }],
        roles: cluster.roles.map((role) => ({ ...role, privileges: [...role.privileges, 'Mapping.Use'] })),
      }),
    });
    expect(await runThrice(lab)).toEqual([0, 0, 0]);
    expect(replicas(lab)).toMatchObject([{ node: 'pve2', template: true }]);
  });

  it('g: with the right, the replica has an empty CD drive', async () => {
    const lab = await open('g', {
      change: (cluster) => ({
        ...cluster,
        roles: cluster.roles.map((role) => ({ ...role, privileges: [...role.privileges, 'Sys.Console'] })),
      }),
    });
    expect(await plan(lab)).toMatchObject([{ warnings: [{ code: 'CD_EMPTIED' }] }]);
    expect(await runThrice(lab)).toEqual([0, 0, 0]);
    expect(countCopies(lab)).toEqual({ clones: 1, migrations: 1 });
    expect(replicas(lab)).toMatchObject([
      { node: 'pve2', template: true, config: { sata0: 'none,media=cdrom' } },
    ]);
  });

  it('j: bridges and snippets that the target lacks are warned of, and the replicas are made', async () => {
    const lab = await open('j');
    const codes = (await plan(lab)).map(({ sourceVmid, warnings }) => [
      sourceVmid,
      ...warnings.map(({ code }) => code),
    ]);
    expect(codes).toEqual([[9000, 'BRIDGE_MISSING'], [9001, 'SNIPPET_MISSING'], [9002]]);
    expect(await runThrice(lab)).toEqual([0, 0, 0]);
    expect(countCopies(lab)).toEqual({ clones: 3, migrations: 3 });
  });
});

describe('room and names', () => {
  it('b: a volume left under the lowest free id makes it take another one, and is told of once', async () => {
    const lab = await open('b', {
      change: (cluster) => ({
        ...cluster,
        guests: cluster.guests.flatMap((guest) => [guest, { ...guest, vmid: 9001, name: 'other' }]),
      }),
    });
    expect(await runThrice(lab)).toEqual([0, 0, 0]);
    expect(countCopies(lab)).toEqual({ clones: 2, migrations: 2 });
    const steps = await stepsOf(lab, 1);
    expect(new Set(steps.map(({ vmid }) => vmid))).toEqual(new Set([101, 102]));
    const advice = steps.filter(({ errorMessage }) =>
      errorMessage?.includes('pvesm free local-lvm:vm-100-cloudinit'),
    );
    expect(advice).toMatchObject([{ phase: 'DONE', errorCode: 'LOOSE_VOLUMES' }]);
  });

  it('th: 5 GiB on a disk of 200 fit into a thin pool of 100, with a warning', async () => {
    const lab = await open('th');
    expect(await plan(lab)).toMatchObject([
      { state: 'WANTED', warnings: [{ code: 'OVERCOMMITTED' }, { code: 'OVERCOMMITTED' }] },
    ]);
    expect(await runThrice(lab)).toEqual([0, 0, 0]);
    expect(replicas(lab)).toMatchObject([{ node: 'pve2', template: true }]);
  });

  it('th: the policy says how much may be promised', async () => {
    const lab = await open('th', { policy: { overcommit: 1 } });
    expect(await plan(lab)).toMatchObject([{ state: 'NOT_POSSIBLE', reasonCode: 'NO_SPACE' }]);
    expect(await runThrice(lab)).toEqual([0, 0, 0]);
    expect(countCopies(lab)).toEqual({ clones: 0, migrations: 0 });
  });

  const byHand: Parameters<typeof openField>[1] = {
    change: (cluster) => ({
      ...cluster,
      volumes: [],
      guests: cluster.guests.flatMap((guest) => [guest, { ...guest, vmid: 9001, node: 'pve2' }]),
    }),
  };

  it('the same template made by hand on each node is told of', async () => {
    const lines = await plan(await open('b', byHand));
    expect(lines.map(({ warnings }) => warnings.map(({ code }) => code))).toEqual([
      ['SAME_NAME'],
      ['SAME_NAME'],
    ]);
    expect(lines[0]?.warnings[0]?.message).toContain('sameName: one');
  });

  it('the same template made by hand on each node is one by the policy', async () => {
    const lab = await open('b', { ...byHand, policy: { sameName: 'one' } });
    expect((await plan(lab)).map(({ reasonCode }) => reasonCode)).toEqual(['SAME_NAME', 'SAME_NAME']);
    expect(await runThrice(lab)).toEqual([0, 0, 0]);
    expect(countCopies(lab)).toEqual({ clones: 0, migrations: 0 });
  });

  it('a template without a disk is warned of', async () => {
    const lab = await open('b', {
      change: (cluster) => ({
        ...cluster,
        volumes: [],
        guests: cluster.guests.map((guest) => ({ ...guest, disks: [] })),
      }),
    });
    expect(await plan(lab)).toMatchObject([{ state: 'WANTED', warnings: [{ code: 'NO_DISK' }] }]);
  });
});
