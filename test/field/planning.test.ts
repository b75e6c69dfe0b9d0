/** Templates of the field that once were copied in vain in every run. */
import { afterEach, describe, expect, it } from 'vitest';
import { openField, type Field } from './support/open-field.ts';

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

async function runThrice({ hub }: Field) {
  const outcomes = [];
  for (let run = 0; run < 3; run += 1) outcomes.push(await hub('replicate', 'run'));
  return outcomes.map(({ code }) => code);
}

function replicas({ books }: Field) {
  return books().guests.filter(({ vmid }) => vmid < 9000);
}

describe('three runs', () => {
  it('r4b: convert qcow2 of a directory that one node has for the thin pool of the other, once', async () => {
    const lab = await open('r4b');
    expect(await runThrice(lab)).toEqual([0, 0, 0]);
    expect(countCopies(lab)).toEqual({ clones: 1, migrations: 1 });
    expect(replicas(lab)).toMatchObject([
      { node: 'pve2', template: true, config: { scsi0: expect.stringMatching(/^data2:base-/) } },
    ]);
  });

  it('sc: convert a template whose own storage no longer takes images, once', async () => {
    const lab = await open('sc');
    expect(await runThrice(lab)).toEqual([0, 0, 0]);
    expect(countCopies(lab)).toEqual({ clones: 1, migrations: 1 });
    expect(replicas(lab)).toMatchObject([
      { node: 'pve2', template: true, config: { scsi0: expect.stringMatching(/^local-lvm:base-/) } },
    ]);
  });
});
