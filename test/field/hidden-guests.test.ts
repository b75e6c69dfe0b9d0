/** Guests that are there and may not be read: whose they are is not known, and nothing is made in their place. */
import { afterEach, describe, expect, it } from 'vitest';
import type { WorldCluster } from '../../src/simulator/world.ts';
import { openField, type Field } from './support/open-field.ts';

let field: Field;
afterEach(() => field.close());

/** The account makes guests under any id, and sees only the template. */
function hideCopies(cluster: WorldCluster): WorldCluster {
  const [role] = cluster.roles;
  const privileges = (role?.privileges ?? []).filter((one) => one !== 'VM.Audit');
  const entry = { type: 'user' as const, id: 'hub@pve', propagate: true };
  return {
    ...cluster,
    roles: [...cluster.roles, { id: 'Blind', privileges }],
    acl: [
      { ...entry, path: '/', role: 'Blind' },
      { ...entry, path: '/vms/9000', role: 'TemplateHub' },
    ],
  };
}

function copies() {
  return field.books().guests.filter(({ vmid }) => vmid !== 9000);
}

describe('a copy that the account may not see', { timeout: 90_000 }, () => {
  it.each([
    ['after an answer that was cut off', true],
    ['after a task that ended well', false],
  ])('%s is made once, and stays in the books until it can be read', async (_what, isCut) => {
    field = await openField('prot', { change: hideCopies });
    await field.hub('scan');
    const cut = { kind: 'cut-connection', when: 'after', path: '/clone$', times: 1 } as const;
    if (isCut) await field.control({ do: 'fault-on', fault: cut });
    for (const _run of [1, 2]) await field.hub('replicate', 'run');
    expect(copies()).toHaveLength(1);
    expect(await field.ask('replicate', 'status', '1')).toMatchObject({
      steps: [{ phase: 'FAILED', vmid: copies()[0]?.vmid, errorCode: 'FORBIDDEN' }],
    });
    const all = { path: '/', type: 'user', id: 'hub@pve', role: 'TemplateHub' } as const;
    await field.control({ do: 'set-acl', cluster: 'lab', acl: all });
    expect(await field.hub('replicate', 'run')).toMatchObject({ code: 0, stderr: '' });
    expect(copies()).toMatchObject([{ template: true, node: 'pve2' }]);
  });
});
