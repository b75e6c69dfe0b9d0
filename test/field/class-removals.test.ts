/** Machines of a class that are to go and cannot: nothing is touched that cannot be removed, and nothing is forgotten. */
import { afterEach, describe, expect, it } from 'vitest';
import { openField, type Field } from './support/open-field.ts';

let field: Field;
afterEach(() => field.close());

/** A class of one student, deployed; the machine is `10001` or what stands in the row. */
async function openClass(world: 'pm' | 'ha' | 'prot'): Promise<number> {
  field = await openField(world);
  await field.hub('scan');
  await field.hub('class', 'create', 'Rust', '--cluster', 'lab', '--source', '9000', '--students', '1');
  expect(await field.hub('class', 'deploy', '1')).toMatchObject({ code: 0, stderr: '' });
  return find('Rust-1')[0]?.vmid ?? 0;
}

function find(name: string) {
  return field.books().guests.filter((guest) => guest.name === name);
}

function tasks(type: string): number {
  return field.books().tasks.filter((task) => task.type === type).length;
}

async function grant(privilege: string): Promise<void> {
  const held = 'VM.Audit VM.Clone VM.Allocate VM.Migrate VM.Config.Options VM.Config.CDROM VM.Config.Disk';
  const others = 'Datastore.Audit Datastore.AllocateSpace SDN.Use Sys.Audit Pool.Audit';
  const privileges = `${held} ${others} ${privilege}`.split(' ');
  await field.control({ do: 'set-role', role: { id: 'TemplateHub', privileges } });
}

const run = (vmid: number, config: Record<string, string | null> = {}) =>
  field.control({ do: 'set-guest', vmid, running: true, config });

function show() {
  return field.ask('class', 'show', '1');
}

describe('pm: the account may not stop the old machine', { timeout: 120_000 }, () => {
  it('says so before, makes the new one, and keeps the old one in the books until it is gone', async () => {
    const old = await openClass('pm');
    await run(old);
    const dry = await field.hub('class', 'reset', '1', '1', '--dry-run');
    expect(dry.stdout).toMatch(
      new RegExp(`^  keep +${old} Rust-1 on pve\\d: FORBIDDEN: .*VM\\.PowerMgmt`, 'm'),
    );
    const reset = await field.hub('class', 'reset', '1', '1', '--yes');
    expect(reset.code).toBe(1);
    expect(find('Rust-1')).toMatchObject([{ vmid: old, running: true }, { running: false }]);
    expect(await show()).toMatchObject({
      state: 'DEGRADED',
      machines: [{ role: 'TEACHER' }, { number: 1, state: 'PRESENT', vmid: find('Rust-1')[1]?.vmid }],
      leaving: [{ vmid: old, number: 1, reasonCode: 'FORBIDDEN' }],
    });
    expect((await field.hub('class', 'show', '1')).stdout).toMatch(
      new RegExp(`^! ${old} is to go: FORBIDDEN: .*VM\\.PowerMgmt`, 'm'),
    );
  });

  it('is taken up by deploy once the right is there', async () => {
    const old = await openClass('pm');
    await run(old);
    await field.hub('class', 'reset', '1', '1', '--yes');
    await field.hub('class', 'deploy', '1');
    expect(find('Rust-1')).toHaveLength(2);
    await grant('VM.PowerMgmt');
    expect((await field.hub('class', 'deploy', '1')).code).toBe(0);
    expect(find('Rust-1')).not.toContainEqual(expect.objectContaining({ vmid: old }));
    expect(await show()).toMatchObject({ state: 'READY', leaving: [] });
  });

  it('is taken up by the next pass without being asked', async () => {
    const old = await openClass('pm');
    await run(old);
    await field.hub('class', 'reset', '1', '1', '--yes');
    await field.hub('replicate', 'run');
    expect(find('Rust-1')).toHaveLength(2);
    await grant('VM.PowerMgmt');
    expect((await field.hub('replicate', 'run')).code).toBe(0);
    expect(find('Rust-1')).not.toContainEqual(expect.objectContaining({ vmid: old }));
    expect(await show()).toMatchObject({ state: 'READY', leaving: [] });
  });

  it('is not forgotten by delete either: the class is DELETED when the last of it is gone', async () => {
    const old = await openClass('pm');
    await run(old);
    await field.hub('class', 'reset', '1', '1', '--yes');
    const deletion = await field.hub('class', 'delete', '1', '--yes');
    expect(deletion.code).toBe(1);
    expect(await show()).toMatchObject({
      state: 'DEGRADED',
      machines: [],
      leaving: expect.arrayContaining([expect.objectContaining({ vmid: old, reasonCode: 'FORBIDDEN' })]),
    });
    expect(find('Rust-1')).toMatchObject([{ vmid: old, running: true }]);
    await grant('VM.PowerMgmt');
    expect((await field.hub('replicate', 'run')).code).toBe(0);
    expect(field.books().guests.filter(({ vmid }) => vmid >= 10_000)).toEqual([]);
    expect(await show()).toMatchObject({ state: 'DELETED', leaving: [] });
  });
});

describe('ha: a machine that HA manages', { timeout: 120_000 }, () => {
  it('is neither stopped nor removed, and goes when HA lets go of it', async () => {
    const old = await openClass('ha');
    await field.control({ do: 'set-guest', vmid: old, running: true, ha: 'started' });
    const dry = await field.hub('class', 'delete', '1', '--dry-run');
    expect(dry.stdout).toMatch(
      new RegExp(`^  keep +${old} .*HA_MANAGED: .*ha-manager remove vm:${old}`, 'm'),
    );
    const reset = await field.hub('class', 'reset', '1', '1', '--yes');
    expect(reset.code).toBe(1);
    expect([tasks('qmstop'), tasks('hastop')]).toEqual([0, 0]);
    expect(find('Rust-1')).toMatchObject([{ vmid: old, running: true }, {}]);
    expect(await show()).toMatchObject({ state: 'DEGRADED', leaving: [{ reasonCode: 'HA_MANAGED' }] });
    await field.control({ do: 'set-guest', vmid: old, ha: null });
    expect((await field.hub('class', 'deploy', '1')).code).toBe(0);
    expect(find('Rust-1')).not.toContainEqual(expect.objectContaining({ vmid: old }));
    expect(await show()).toMatchObject({ state: 'READY', leaving: [] });
  });

  it('is in the books even where only the refusal tells of HA', async () => {
    const old = await openClass('ha');
    const reason = `unable to remove VM ${old} - used in HA resources and purge parameter not set.`;
    const fault = { kind: 'refuse', method: 'DELETE', status: 500, reason } as const;
    await field.control({ do: 'fault-on', fault });
    expect((await field.hub('class', 'reset', '1', '1', '--yes')).code).toBe(1);
    expect(await show()).toMatchObject({
      state: 'DEGRADED',
      leaving: [{ vmid: old, reasonCode: 'HA_MANAGED' }],
    });
    await field.control({ do: 'fault-off' });
    expect((await field.hub('class', 'delete', '1', '--yes')).code).toBe(0);
    expect(field.books().guests.map(({ vmid }) => vmid)).toEqual([9000]);
  });
});

describe('prot: a machine that a person has protected', { timeout: 120_000 }, () => {
  it('is left by reset and delete, and stands under what is kept in every plan', async () => {
    const old = await openClass('prot');
    await run(old, { protection: '1' });
    const kept = new RegExp(`^  keep +${old} Rust-1 on pve\\d: PROTECTED: .*--protection 0`, 'm');
    for (const words of [
      ['reset', '1', '1'],
      ['delete', '1'],
    ])
      expect((await field.hub('class', ...words, '--dry-run')).stdout).toMatch(kept);
    const reset = await field.hub('class', 'reset', '1', '1', '--yes');
    expect(reset.code).toBe(1);
    expect(reset.stdout).toMatch(kept);
    expect((await field.hub('class', 'deploy', '1', '--dry-run')).stdout).toMatch(kept);
    await field.hub('class', 'delete', '1', '--yes');
    expect(find('Rust-1')).toMatchObject([{ vmid: old, running: true, config: { protection: '1' } }]);
    expect(tasks('qmstop')).toBe(0);
    expect(await show()).toMatchObject({ state: 'DEGRADED' });
    await field.control({ do: 'set-guest', vmid: old, config: { protection: null } });
    expect((await field.hub('class', 'delete', '1', '--yes')).code).toBe(0);
    expect(await show()).toMatchObject({ state: 'DELETED', leaving: [] });
  });

  it('the teacher’s machine and the base are left as well', async () => {
    await openClass('prot');
    const [teacher] = find('Rust-teacher');
    const base = field.books().guests.find(({ name }) => name?.startsWith('Rust-base'));
    for (const vmid of [teacher?.vmid ?? 0, base?.vmid ?? 0])
      await field.control({ do: 'set-guest', vmid, config: { protection: '1' } });
    expect((await field.hub('class', 'delete', '1', '--yes')).code).toBe(1);
    const left = field.books().guests.filter(({ vmid }) => vmid >= 10_000);
    expect(new Set(left.map(({ vmid }) => vmid))).toEqual(new Set([teacher?.vmid, base?.vmid]));
    expect(left).toHaveLength(2);
    expect(left.every(({ config }) => config['protection'] === '1')).toBe(true);
    expect(await show()).toMatchObject({
      state: 'DEGRADED',
      leaving: [
        { role: 'BASE', reasonCode: 'PROTECTED' },
        { role: 'TEACHER', reasonCode: 'PROTECTED' },
      ],
    });
  });
});

describe('a machine that a backup has locked', { timeout: 120_000 }, () => {
  it('is named, and goes with the pass after the backup', async () => {
    const old = await openClass('prot');
    await run(old, { lock: 'backup' });
    expect((await field.hub('class', 'reset', '1', '1', '--dry-run')).stdout).toMatch(/LOCKED: .*\(backup\)/);
    expect((await field.hub('class', 'reset', '1', '1', '--yes')).code).toBe(1);
    expect(tasks('qmstop')).toBe(0);
    expect(await show()).toMatchObject({ state: 'DEGRADED', leaving: [{ vmid: old, reasonCode: 'LOCKED' }] });
    await field.control({ do: 'set-guest', vmid: old, config: { lock: null } });
    expect((await field.hub('replicate', 'run')).code).toBe(0);
    expect(await show()).toMatchObject({ state: 'READY', leaving: [] });
  });
});
