import { describe, expect, it } from 'vitest';
import { judgeNames } from '../../../src/cli/doctor/judge-names.ts';
import { judgeStorages } from '../../../src/cli/doctor/judge-storages.ts';
import { judgeTimes } from '../../../src/cli/doctor/judge-time.ts';
import { judgeVmids } from '../../../src/cli/doctor/judge-vmids.ts';
import { replicationPolicySchema } from '../../../src/replication/policy/policy.ts';

function storage(
  name: string,
  type: string,
  more: { content?: string[]; nodes?: string[]; disabled?: boolean } = {},
) {
  return { storage: name, type, content: ['images'], shared: false, disabled: false, ...more };
}

describe('clocks', () => {
  it.each([
    [0, 'ok'],
    [-5, 'ok'],
    [6, 'warn'],
    [-61, 'fail'],
  ])('%d s apart are %s', (ahead, level) => {
    expect(judgeTimes(new Map([['pve1', { ahead }]]))[0]?.level).toBe(level);
  });

  it('say which is wrong and which way', () => {
    const times = new Map([
      ['pve1', { ahead: -90, speed: 1 }],
      ['pve2', undefined],
    ]);
    expect(judgeTimes(times).map((check) => check.message)).toEqual([
      'pve1 is 90 s behind this machine',
      'pve2 does not tell its time',
    ]);
  });

  it('of a sped-up simulator are no fault', () => {
    expect(judgeTimes(new Map([['pve1', { ahead: 5000, speed: 50 }]]))).toEqual([
      {
        level: 'ok',
        subject: 'time',
        message: 'time passes 50 times as fast on pve1 as here, as in a simulator',
      },
    ]);
    expect(judgeTimes(new Map([['pve1', { ahead: 5000, speed: 1.5 }]]))[0]?.level).toBe('fail');
  });
});

describe('storages', () => {
  it('are fine where every node has one for images', () => {
    const definitions = [storage('local', 'dir', { content: ['iso'] }), storage('tank', 'nfs')];
    expect(judgeStorages(definitions, ['pve1'])).toEqual([
      { level: 'ok', subject: 'storages', message: 'disk images may lie on tank' },
    ]);
  });

  it('that are not shown at all are the account’s fault', () => {
    expect(judgeStorages([], ['pve1'])).toEqual([
      {
        level: 'fail',
        subject: 'storages',
        message: 'no storage is shown: Datastore.Audit on /storage is missing',
      },
    ]);
  });

  it('that hold no bases are named', () => {
    expect(judgeStorages([storage('thick', 'lvm')], ['pve1'])).toMatchObject([
      {
        level: 'warn',
        message: 'thick (lvm) cannot hold the bases of linked clones: copies there are full clones only',
      },
    ]);
  });

  it('that a node lacks are missed; what a storage holds stays in the command that adds images', () => {
    const definitions = [
      storage('one', 'dir', { nodes: ['pve1'] }),
      storage('off', 'dir', { disabled: true }),
      storage('local', 'dir', { content: ['iso', 'backup'] }),
    ];
    expect(judgeStorages(definitions, ['pve1', 'pve2'])).toMatchObject([
      {
        level: 'fail',
        message: expect.stringContaining('pve2 shows no storage for disk images'),
        commands: ['pvesm set local --content iso,backup,images'],
      },
    ]);
  });

  it('that cannot take images are not advised', () => {
    const definitions = [storage('backups', 'pbs', { content: ['backup'] })];
    expect(judgeStorages(definitions, ['pve1'])[0]).not.toHaveProperty('commands');
  });
});

describe('VMIDs', () => {
  it.each([
    [{ first: 100, last: 199 }, [100, 101, 500], 'ok', '98 of VMIDs 100 to 199 are free'],
    [{ first: 100, last: 149 }, [100], 'warn', 'only 49 of VMIDs 100 to 149 are free'],
    [{ first: 100, last: 101 }, [100, 101], 'fail', /^no VMID is free in VMIDs 100 to 101/],
  ])('in %j with %j taken are %s', (range, taken, level, message) => {
    expect(judgeVmids(range, taken)).toMatchObject({ level, message: expect.stringMatching(message) });
  });
});

describe('names', () => {
  const policy = replicationPolicySchema.parse({});

  it('that Proxmox takes are fine', () => {
    expect(judgeNames(policy, [{ name: 'debian-12', vmid: 100 }], 'pve1').level).toBe('ok');
  });

  it('that it does not take are shown as they will be', () => {
    const check = judgeNames(policy, [{ name: 'x'.repeat(63), vmid: 100 }], 'pve1');
    expect(check.level).toBe('warn');
    expect(check.message).toContain(`becomes ${'x'.repeat(55)}-replica`);
  });
});
