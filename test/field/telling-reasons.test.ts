/** A failed task's reason reaches the person: the line that tells it, once, with the next command. */
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openField, type Field } from './support/open-field.ts';

let field: Field | undefined;

afterEach(() => field?.close());

type Fault = Extract<Parameters<Field['control']>[0], { do: 'fault-on' }>['fault'];

const noPool =
  "storage migration for 'local-lvm:vm-100-disk-0' to storage 'local-lvm' failed - no such logical volume pve/data";
const runSchema = z.object({
  databaseId: z.int(),
  errorCode: z.string(),
  errorMessage: z.string(),
  steps: z.array(z.looseObject({ phase: z.string(), errorCode: z.string(), errorMessage: z.string() })),
});

/** `hub replicate run` against a cluster with a fault, and what is told of the run afterwards. */
async function runWith(fault: Fault) {
  field = await openField('ha', { speed: 60 });
  await field.control({ do: 'fault-on', fault });
  const { code, stdout, stderr } = await field.hub('replicate', 'run');
  const [{ databaseId }] = z
    .tuple([z.object({ databaseId: z.int() })])
    .parse(await field.ask('replicate', 'status', '--limit', '1'));
  const run = runSchema.parse(await field.ask('replicate', 'status', String(databaseId)));
  return { code, output: stdout + stderr, run };
}

describe('a migration that fails', { timeout: 120_000 }, () => {
  it('tells the line of its log that says why, not that it was aborted', async () => {
    const { code, output, run } = await runWith({ kind: 'migration-breaks', when: 'early', message: noPool });
    expect(code).toBe(1);
    expect(run.errorMessage).toBe(`The migration on pve1 failed: ${noPool}`);
    expect(run.errorCode).not.toBe('STORAGE_FULL');
    expect(run.steps.map(({ errorMessage }) => errorMessage)).toEqual([run.errorMessage]);
    expect(output).toContain('no such logical volume pve/data');
    expect(output).toContain(`hub replicate status ${run.databaseId}`);
    for (const never of ['migration aborted', 'TASK ERROR', '<run>', 'UPID:'])
      expect(output).not.toContain(never);
  });

  it.each([
    [
      'a storage that is full',
      "storage migration for 'a' to storage 'b' failed - dd: error writing '/dev/pve/vm-100-disk-0': No space left on device",
      'STORAGE_FULL',
    ],
    ['words that nobody knows', 'the moon is in the wrong house', 'MIGRATION_ABORTED'],
  ])('%s: %s', async (_, message, code) => {
    const { run } = await runWith({ kind: 'migration-breaks', when: 'early', message });
    expect(run).toMatchObject({ errorCode: code, errorMessage: `The migration on pve1 failed: ${message}` });
  });
});

describe('other tasks that fail', { timeout: 120_000 }, () => {
  it('a clone on a full storage says so, by the line before the command that failed', async () => {
    const { run } = await runWith({ kind: 'copy-fails' });
    expect(run.errorCode).toBe('STORAGE_FULL');
    expect(run.errorMessage).toMatch(/^The clone on pve1 failed: .*No space left on device$/);
  });

  it('a volume group that is gone is no full storage', async () => {
    const message = 'lvcreate \'pve/vm-100-disk-0\' error: Volume group "pve" not found';
    const { run } = await runWith({
      kind: 'task-fails',
      type: 'qmclone',
      message: `clone failed: ${message}`,
    });
    expect(run.errorCode).toBe('STORAGE_UNAVAILABLE');
    expect(run.errorMessage).toBe(`The clone on pve1 failed: clone failed: ${message}`);
  });

  it('a conversion that fails names itself', async () => {
    const { run } = await runWith({ kind: 'task-fails', type: 'qmtemplate', message: 'unable to rename' });
    expect(run.errorMessage).toBe('The conversion to a template on pve2 failed: unable to rename');
  });
});
