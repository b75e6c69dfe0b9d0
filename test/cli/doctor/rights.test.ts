import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findMissing, judgeRights, listRequirements } from '../../../src/cli/doctor/rights.ts';

const requirements = listRequirements('8.4.21', ['local-lvm', 'tank']);
const account = { user: 'hub@pve', token: 'hub@pve!main' };

/** What Proxmox answers for each path when everything is granted, apart from `without`. */
function grant(without: readonly string[] = []): Map<string, Record<string, Record<string, boolean>>> {
  const paths = [...new Set(requirements.map((requirement) => requirement.path))];
  const privileges = [...new Set(requirements.flatMap((requirement) => requirement.privileges))];
  const held = Object.fromEntries(
    privileges.filter((one) => !without.includes(one)).map((one) => [one, true]),
  );
  return new Map(paths.map((path) => [path, { [path]: held }]));
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
    const privileges = listRequirements('7.4-17', []).flatMap((requirement) => requirement.privileges);
    expect(privileges).not.toContain('SDN.Use');
  });
});

describe('judging', () => {
  it('is content where all is held', () => {
    expect(judgeRights(requirements, grant(), account)).toEqual([
      { level: 'ok', subject: 'rights', message: 'every right that replication needs is there' },
    ]);
  });

  it('names the right, the path and the commands that grant everything, for user and token', () => {
    const [check, ...others] = judgeRights(requirements, grant(['SDN.Use']), account);
    expect(others).toEqual([]);
    expect(check).toMatchObject({
      level: 'fail',
      message:
        'SDN.Use missing on /sdn/zones/localnetwork and below: needed for copying guests with a network card',
    });
    expect(check?.commands).toEqual([
      expect.stringMatching(
        /^pveum role add TemplateHub -privs "Sys\.Audit VM\.Audit .*" \|\| pveum role modify TemplateHub /,
      ),
      "pveum acl modify /sdn/zones/localnetwork -user 'hub@pve' -role TemplateHub",
      "pveum acl modify /sdn/zones/localnetwork -token 'hub@pve!main' -role TemplateHub",
    ]);
  });

  it('only warns of rights that replication does without', () => {
    const checks = judgeRights(requirements, grant(['VM.PowerMgmt', 'Pool.Audit']), account);
    expect(checks.map((check) => check.level)).toEqual(['ok', 'warn', 'warn']);
  });

  it('counts a right that does not hold below as missing where guests to come lie below', () => {
    const vms = requirements.find((requirement) => requirement.path === '/vms');
    if (!vms) throw new Error('no requirement on /vms');
    const held = Object.fromEntries(vms.privileges.map((privilege) => [privilege, privilege !== 'VM.Clone']));
    expect(findMissing(vms, { '/vms': held })).toEqual(['VM.Clone']);
  });

  it('reports every missing right of replication, and none that is held', () => {
    const needed = [...new Set(requirements.filter((one) => !one.optional).flatMap((one) => one.privileges))];
    fc.assert(
      fc.property(fc.subarray(needed), (without) => {
        const text = judgeRights(requirements, grant(without), account)
          .filter((check) => check.level === 'fail')
          .map((check) => check.message.split(' missing')[0])
          .join(', ');
        expect(new Set(text.split(', ').filter(Boolean))).toEqual(new Set(without));
      }),
    );
  });
});
