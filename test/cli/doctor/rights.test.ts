import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findMissing, listLevels } from '../../../src/cli/doctor/held-rights.ts';
import { listRequirements, listRolePrivileges } from '../../../src/cli/doctor/requirements.ts';
import { judgeRights } from '../../../src/cli/doctor/rights.ts';

const version = '8.4.21';
const demand = { version, storages: ['local-lvm', 'tank'], storagesHidden: false, templates: [] };
const requirements = listRequirements(demand);
const rolePrivileges = listRolePrivileges(version);
const zone = '/sdn/zones/localnetwork';
const account = { user: 'hub@pve', token: 'hub@pve!main' };
const paths = [...new Set(requirements.flatMap(({ path }) => listLevels(path)))];
const everything = [...new Set(requirements.flatMap(({ privileges }) => privileges))];

/** What Proxmox answers for each path when these privileges are held everywhere. */
function hold(privileges: readonly string[]): Map<string, Record<string, Record<string, boolean>>> {
  const held = Object.fromEntries(privileges.map((one) => [one, true]));
  return new Map(paths.map((path) => [path, { [path]: held }]));
}

function without(...privileges: readonly string[]) {
  return hold(everything.filter((one) => !privileges.includes(one)));
}

function judge(ours: ReturnType<typeof hold>, users?: ReturnType<typeof hold>) {
  return judgeRights({ requirements, held: { ours, users }, account, rolePrivileges });
}

describe('the rights that are needed', () => {
  it('are asked for on each path, storage by storage', () => {
    expect(requirements.map(({ path }) => path)).toEqual([
      '/',
      '/vms',
      '/storage/local-lvm',
      '/storage/tank',
      '/sdn/zones/localnetwork',
      '/pool',
      '/vms',
    ]);
  });

  it('name no network right where Proxmox VE 7 does not know it', () => {
    const old = listRequirements({ ...demand, version: '7.4-17' });
    expect(old.flatMap((requirement) => requirement.privileges)).not.toContain('SDN.Use');
    expect(listRolePrivileges('7.4-17')).not.toContain('SDN.Use');
  });

  it('are on all storages where some are not shown', () => {
    const hidden = listRequirements({ ...demand, storages: [], storagesHidden: true });
    expect(hidden).toContainEqual(
      expect.objectContaining({
        path: '/storage',
        below: true,
        privileges: ['Datastore.Audit', 'Datastore.AllocateSpace'],
      }),
    );
  });

  it('with a pool in the policy are those of making guests there, and of reading the originals', () => {
    const pooled = listRequirements({ ...demand, pool: 'copies', templates: [{ vmid: 9000 }] });
    const guests = pooled.filter(({ optional, path }) => !optional && /^\/(vms|pool)/.test(path));
    expect(guests).toMatchObject([
      { path: '/vms/9000', privileges: ['VM.Audit', 'VM.Clone'] },
      { path: '/pool/copies', privileges: expect.arrayContaining(['VM.Allocate', 'VM.Migrate']) },
    ]);
    const blind = listRequirements({ ...demand, pool: 'copies' });
    expect(blind).toContainEqual(expect.objectContaining({ path: '/vms', below: true }));
  });
});

describe('judging', () => {
  it('is content where all is held', () => {
    expect(judge(without())).toEqual([
      { level: 'ok', subject: 'rights', message: 'every right that replication needs is there' },
    ]);
  });

  it('names the right, the path and commands that add it, for the token and where it lacks it the user', () => {
    const lacking = without('SDN.Use');
    const [check, ...others] = judge(lacking, lacking);
    expect(others).toEqual([]);
    expect(check).toMatchObject({
      level: 'fail',
      message:
        'SDN.Use missing on /sdn/zones/localnetwork and below: needed for copying guests with a network card',
    });
    const [role, ...grants] = check?.commands ?? [];
    expect(role).toMatch(
      /^pveum role add (\S+) -privs "(.*)" \|\| pveum role modify \1 -append 1 -privs "\2"$/,
    );
    // What the user holds there already, and is no part of the usual role, would be lost with that alone.
    expect(role).toContain('VM.PowerMgmt');
    expect(grants.filter((command) => command.startsWith('pveum acl'))).toEqual([
      "pveum acl modify /sdn/zones/localnetwork -user 'hub@pve' -role TemplateHub-sdn-zones-localnetwork-more",
      "pveum acl modify / -token 'hub@pve!main' -role TemplateHub",
    ]);
    expect(judge(lacking, without())[0]?.commands?.join()).not.toContain('-user');
  });

  it('gives the plain role where nothing else is held', () => {
    const held = hold(rolePrivileges.filter((one) => one !== 'SDN.Use'));
    expect(judge(held, held)[0]?.commands).toContain(
      "pveum acl modify /sdn/zones/localnetwork -user 'hub@pve' -role TemplateHub",
    );
  });

  it('gives a token its role where it has one, on the first level on which it lacks what its user has', () => {
    const ours = new Map([...without(), ['/sdn/zones', { '/sdn/zones': {} }], [zone, { [zone]: {} }]]);
    const commands = judge(ours, without())[0]?.commands;
    expect(commands).toContain("pveum acl modify /sdn/zones -token 'hub@pve!main' -role TemplateHub");
  });

  it('leaves a token alone where its user lacks the same, until that has it', () => {
    const lacking = new Map([...without(), [zone, { [zone]: {} }]]);
    const commands = judge(lacking, lacking)[0]?.commands?.join();
    expect(commands).toContain('-user');
    expect(commands).not.toContain('-token');
  });

  it('gives whoever has nothing the role once, for everything', () => {
    const grants = judge(hold([]), hold([]))
      .flatMap(({ level, commands = [] }) => (level === 'fail' ? commands : []))
      .filter((command) => command.startsWith('pveum acl'));
    expect(new Set(grants)).toEqual(
      new Set([
        "pveum acl modify / -user 'hub@pve' -role TemplateHub",
        "pveum acl modify / -token 'hub@pve!main' -role TemplateHub",
      ]),
    );
  });

  it('gives a user of whom nothing is known the role beside what it has, and says why', () => {
    const checks = judge(hold([]));
    expect(checks.at(-1)).toMatchObject({
      level: 'warn',
      message: expect.stringMatching(/^what the user hub@pve itself may do cannot be asked for/),
    });
    const commands = checks.flatMap((check) => check.commands ?? []);
    expect(commands).toContain("pveum acl modify / -user 'hub@pve' -role TemplateHub-more");
    expect(commands).toContainEqual(
      expect.stringMatching(
        /^pveum role add TemplateHub-more -privs ".* \$\(pveum user permissions 'hub@pve' --path \/ \| /,
      ),
    );
  });

  it('only warns of rights that replication does without', () => {
    const checks = judge(without('VM.PowerMgmt', 'Pool.Audit'));
    expect(checks.map((check) => check.level)).toEqual(['ok', 'warn', 'warn']);
  });

  it('counts a right that does not hold below as missing where guests to come lie below', () => {
    const vms = requirements.find((requirement) => requirement.path === '/vms');
    if (!vms) throw new Error('no requirement on /vms');
    const held = Object.fromEntries(vms.privileges.map((privilege) => [privilege, privilege !== 'VM.Clone']));
    expect(findMissing(vms, new Map([['/vms', { '/vms': held }]]))).toEqual(['VM.Clone']);
  });

  it('reports every missing right of replication, and none that is held', () => {
    const needed = [...new Set(requirements.filter((one) => !one.optional).flatMap((one) => one.privileges))];
    fc.assert(
      fc.property(fc.subarray(needed), (missing) => {
        const text = judge(without(...missing))
          .filter((check) => check.level === 'fail')
          .map((check) => check.message.split(' missing')[0])
          .join(', ');
        expect(new Set(text.split(', ').filter(Boolean))).toEqual(new Set(missing));
      }),
    );
  });
});
