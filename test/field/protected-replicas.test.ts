/** Replicas that a person has protected, or that HA manages: they are told, and left as they are. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openField, type Field } from './support/open-field.ts';

let field: Field;

beforeEach(async () => {
  field = await openField('prot');
  await field.hub('replicate', 'run');
});
afterEach(() => field.close());

/** The only replica, 100 on pve2. */
const replica = 100;

function find(vmid: number) {
  return field.books().guests.find((guest) => guest.vmid === vmid);
}

function destroyed(): number {
  return field.books().tasks.filter(({ type }) => type === 'qmdestroy').length;
}

async function outdate(): Promise<void> {
  await field.control({ do: 'resize-disk', vmid: 9000, disk: 'scsi0', size: '3G' });
}

describe('prot: an outdated replica that somebody protected', () => {
  it('stands under what is kept in the plan, gets a successor, and stays', async () => {
    await field.control({ do: 'set-guest', vmid: replica, config: { protection: '1' } });
    await outdate();
    const { stdout } = await field.hub('replicate', 'plan');
    expect(stdout).toMatch(/^ {2}keep +100 debian-12-replica\S* on pve2: PROTECTED: .*--protection 0/m);
    const run = await field.hub('replicate', 'run');
    expect(run.code).toBe(0);
    expect(find(replica)).toMatchObject({ config: { protection: '1' } });
    expect(find(101)).toMatchObject({ node: 'pve2', template: true });
    expect(destroyed()).toBe(0);
    expect(await field.ask('replicate', 'plan')).toMatchObject([
      { remove: [], keep: [{ vmid: replica, why: 'REPLACED', reasonCode: 'PROTECTED' }] },
    ]);
  });

  it('goes with the run after the protection was taken off', async () => {
    await field.control({ do: 'set-guest', vmid: replica, config: { protection: '1' } });
    await outdate();
    await field.hub('replicate', 'run');
    await field.control({ do: 'set-guest', vmid: replica, config: { protection: null } });
    expect(await field.ask('replicate', 'plan')).toMatchObject([
      { remove: [{ vmid: replica, why: 'REPLACED' }], keep: [] },
    ]);
    expect((await field.hub('replicate', 'run')).code).toBe(0);
    expect(find(replica)).toBeUndefined();
  });

  it('is announced before anything stands in its way, too', async () => {
    await outdate();
    const { stdout } = await field.hub('replicate', 'plan');
    expect(stdout).toMatch(/^ {2}remove +100 debian-12-replica\S* on pve2 \(a newer one takes its place\)$/m);
  });
});
