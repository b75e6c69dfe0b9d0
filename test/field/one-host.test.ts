/** Two clusters on one host with different ports, and the same VMIDs, node names and template names on both. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openField, type Field } from './support/open-field.ts';

let field: Field;

beforeAll(async () => {
  field = await openField('prot', { beside: (cluster) => ({ ...cluster, id: 'lab2', name: 'lab2' }) });
});
afterAll(() => field.close());

function guests(place: number): number[] {
  return field.simulator.state().clusters[place]?.guests.map(({ vmid }) => vmid) ?? [];
}

describe('clusters on one host with different ports', { timeout: 120_000 }, () => {
  it('are scanned and replicated, each by itself', async () => {
    expect(await field.hub('scan')).toMatchObject({ code: 0, stderr: '' });
    expect(await field.hub('replicate', 'run', '--cluster', 'lab2')).toMatchObject({ code: 0, stderr: '' });
    expect([guests(0), guests(1)]).toEqual([[9000], [9000, 100]]);
    expect(await field.hub('replicate', 'run')).toMatchObject({ code: 0, stderr: '' });
    expect([guests(0), guests(1)]).toEqual([
      [9000, 100],
      [9000, 100],
    ]);
    expect(await field.hub('scan')).toMatchObject({ code: 0, stderr: '' });
    const rows = await field.ask('template', 'list');
    expect(rows).toHaveLength(4);
  });

  it('are told apart where a template is looked for', async () => {
    const { stdout, stderr } = await field.hub('template', 'nodes', '9000');
    expect(stdout).toMatch(/of lab\n/);
    expect(stderr).toMatch(/Other clusters have an original 9000 as well: lab2/);
    expect(stdout.match(/debian-12-replica/g)).toHaveLength(1);
  });

  it('have machines of classes by themselves', async () => {
    await field.hub('class', 'create', 'Rust', '--cluster', 'lab2', '--source', '9000', '--students', '1');
    expect(await field.hub('class', 'deploy', '1')).toMatchObject({ code: 0, stderr: '' });
    expect(guests(0)).toEqual([9000, 100]);
    expect(await field.hub('class', 'delete', '1', '--yes')).toMatchObject({ code: 0 });
    expect(guests(1)).toEqual([9000, 100]);
  });
});
