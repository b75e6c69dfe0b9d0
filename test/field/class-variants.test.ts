/** The cases of `class-removals.test.ts` where the machines are containers, and where one machine alone may not be touched. */
import { afterEach, describe, expect, it } from 'vitest';
import { guestSchema, type WorldCluster } from '../../src/simulator/world.ts';
import { openField, type Field } from './support/open-field.ts';

let field: Field;
afterEach(() => field.close());

/** The original is a container. */
function makeContainer(cluster: WorldCluster): WorldCluster {
  const container = guestSchema.parse({
    vmid: 9000,
    type: 'lxc',
    node: 'pve1',
    name: 'debian-12',
    template: true,
    config: { ostype: 'debian', net0: 'name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:00:01' },
    disks: [{ key: 'rootfs', storage: 'local-lvm', size: '2G', data: '100M' }],
  });
  return { ...cluster, guests: [container] };
}

const kinds = [
  { kind: 'machine', change: (cluster: WorldCluster) => cluster, sid: 'vm' },
  { kind: 'container', change: makeContainer, sid: 'ct' },
] as const;

/** A class of one student, deployed: the VMID of the student's machine. */
async function openClass(world: 'pm' | 'ha' | 'prot', { change }: (typeof kinds)[number]): Promise<number> {
  field = await openField(world, { change });
  await field.hub('scan');
  await field.hub('class', 'create', 'Rust', '--cluster', 'lab', '--source', '9000', '--students', '1');
  expect(await field.hub('class', 'deploy', '1')).toMatchObject({ code: 0, stderr: '' });
  return find('Rust-1')[0]?.vmid ?? 0;
}

function find(name: string) {
  return field.books().guests.filter((guest) => guest.name === name);
}

function stops(): number {
  return field.books().tasks.filter(({ type }) => /^(?:qm|vz|ha)stop$/.test(type)).length;
}

const change = (vmid: number, config: Record<string, string | null> = {}) =>
  field.control({ do: 'set-guest', vmid, running: true, config });

/** What the account may do with one guest, instead of all that it may elsewhere. */
async function restrict(vmid: number, privileges: string): Promise<void> {
  await field.control({
    do: 'set-role',
    cluster: 'lab',
    role: { id: 'Restricted', privileges: privileges.split(' ') },
  });
  const acl = { path: `/vms/${vmid}`, type: 'user', id: 'hub@pve', role: 'Restricted' } as const;
  await field.control({ do: 'set-acl', cluster: 'lab', acl });
}

const all =
  'VM.Audit VM.Clone VM.Allocate VM.Migrate VM.Config.Options VM.Config.CDROM VM.Config.Disk VM.PowerMgmt VM.Snapshot';

function allow(vmid: number): Promise<void> {
  return restrict(vmid, all);
}

const show = () => field.ask('class', 'show', '1');

describe.each(kinds)('a $kind that is to go and cannot', { timeout: 120_000 }, (kind) => {
  it('prot: stays where a person has protected it, with base and teacher', async () => {
    const old = await openClass('prot', kind);
    await change(old, { protection: '1' });
    const kept = new RegExp(`^  keep +${old} Rust-1 on pve\\d: PROTECTED: .*--protection 0`, 'm');
    expect((await field.hub('class', 'delete', '1', '--dry-run')).stdout).toMatch(kept);
    expect((await field.hub('class', 'delete', '1', '--yes')).code).toBe(1);
    expect(find('Rust-1')).toMatchObject([{ vmid: old, running: true, config: { protection: '1' } }]);
    expect(stops()).toBe(0);
    await field.control({ do: 'set-guest', vmid: old, config: { protection: null } });
    expect((await field.hub('class', 'delete', '1', '--yes')).code).toBe(0);
    expect(field.books().guests.map(({ vmid }) => vmid)).toEqual([9000]);
    expect(await show()).toMatchObject({ state: 'DELETED', leaving: [] });
  });

  it('ha: is not stopped, and the command that lets go of it names it by its kind', async () => {
    const old = await openClass('ha', kind);
    await field.control({ do: 'set-guest', vmid: old, running: true, ha: 'started' });
    const dry = await field.hub('class', 'delete', '1', '--dry-run');
    expect(dry.stdout).toMatch(new RegExp(`HA_MANAGED: .*ha-manager remove ${kind.sid}:${old}`));
    expect((await field.hub('class', 'reset', '1', '1', '--yes')).code).toBe(1);
    expect(stops()).toBe(0);
    expect(await show()).toMatchObject({
      state: 'DEGRADED',
      leaving: [{ vmid: old, reasonCode: 'HA_MANAGED' }],
    });
    await field.control({ do: 'set-guest', vmid: old, ha: null });
    expect((await field.hub('class', 'deploy', '1')).code).toBe(0);
    expect(await show()).toMatchObject({ state: 'READY', leaving: [] });
  });

  it('a backup has locked it: it goes with the pass afterwards', async () => {
    const old = await openClass('prot', kind);
    await change(old, { lock: 'backup' });
    expect((await field.hub('class', 'reset', '1', '1', '--yes')).code).toBe(1);
    expect(stops()).toBe(0);
    expect(await show()).toMatchObject({ state: 'DEGRADED', leaving: [{ vmid: old, reasonCode: 'LOCKED' }] });
    await field.control({ do: 'set-guest', vmid: old, config: { lock: null } });
    expect((await field.hub('replicate', 'run')).code).toBe(0);
    expect(await show()).toMatchObject({ state: 'READY', leaving: [] });
  });

  it.each([
    ['VM.PowerMgmt', all.replace(' VM.PowerMgmt', '')],
    ['VM.Allocate', all.replace(' VM.Allocate', '')],
  ])(
    '%s is missing on this one only: it is told, kept in the books and by the doctor, and goes later',
    async (right, rest) => {
      const old = await openClass('prot', kind);
      await change(old);
      await restrict(old, rest);
      const kept = new RegExp(`^  keep +${old} Rust-1 on pve\\d: FORBIDDEN: .*${right}`, 'm');
      expect((await field.hub('class', 'reset', '1', '1', '--dry-run')).stdout).toMatch(kept);
      expect((await field.hub('class', 'reset', '1', '1', '--yes')).code).toBe(1);
      expect(stops()).toBe(0);
      expect(find('Rust-1')).toMatchObject([{ vmid: old, running: true }, {}]);
      expect(await show()).toMatchObject({
        state: 'DEGRADED',
        leaving: [{ vmid: old, reasonCode: 'FORBIDDEN' }],
      });
      expect((await field.hub('doctor')).stdout).toMatch(
        new RegExp(
          `^!  leftovers +${old} Rust-1 on pve\\d \\(student 1 of class 1\\) is to go: FORBIDDEN`,
          'm',
        ),
      );
      await allow(old);
      expect((await field.hub('replicate', 'run')).code).toBe(0);
      expect(find('Rust-1')).not.toContainEqual(expect.objectContaining({ vmid: old }));
      expect(await show()).toMatchObject({ state: 'READY', leaving: [] });
      expect((await field.hub('doctor')).stdout).not.toContain('leftovers');
    },
  );

  it('VM.Audit is missing on this one only: it is never called gone, and nothing takes its place', async () => {
    const old = await openClass('prot', kind);
    await restrict(old, 'VM.PowerMgmt');
    const reset = await field.hub('class', 'reset', '1', '1', '--yes');
    await field.hub('class', 'delete', '1', '--yes');
    expect(reset.code).toBe(1);
    expect(find('Rust-1')).toContainEqual(expect.objectContaining({ vmid: old }));
    expect(JSON.stringify(await show())).toContain(String(old));
    await allow(old);
    await field.hub('class', 'delete', '1', '--yes');
    expect(field.books().guests.map(({ vmid }) => vmid)).toEqual([9000]);
    expect(await show()).toMatchObject({ state: 'DELETED', leaving: [] });
  });

  it('a base is no replica that could be removed by itself', async () => {
    await openClass('prot', kind);
    const base = field.books().guests.find(({ template, vmid }) => template && vmid !== 9000)?.vmid ?? 0;
    for (const more of [['--dry-run'], ['--yes']]) {
      const { code, stderr } = await field.hub('replicate', 'remove', String(base), ...more);
      expect(stderr).toMatch(/is a base of class 1, .*hub class delete/);
      expect(code).toBe(1);
    }
  });
});
