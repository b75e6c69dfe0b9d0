import { describe, expect, it } from 'vitest';
import { judgeNames, judgeStorages, judgeTime, judgeVmids } from '../../../src/cli/doctor/judge.ts';
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
  ])('%d s apart are %s', (difference, level) => {
    expect(judgeTime(new Map([['pve1', difference]]))[0]?.level).toBe(level);
  });

  it('say which is wrong and which way', () => {
    expect(
      judgeTime(
        new Map([
          ['pve1', -90],
          ['pve2', undefined],
        ]),
      ).map((check) => check.message),
    ).toEqual(['pve1 is 90 s behind this machine', 'pve2 does not tell its time']);
  });
});

describe('storages', () => {
  it('are fine where every node has one for images', () => {
    const definitions = [storage('local', 'dir', { content: ['iso'] }), storage('tank', 'nfs')];
    expect(judgeStorages(definitions, ['pve1'])).toEqual([
      { level: 'ok', subject: 'storages', message: 'disk images may lie on tank' },
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

  it('that a node lacks are missed', () => {
    const definitions = [
      storage('one', 'dir', { nodes: ['pve1'] }),
      storage('off', 'dir', { disabled: true }),
    ];
    expect(judgeStorages(definitions, ['pve1', 'pve2'])).toMatchObject([
      { level: 'fail', message: 'pve2 has no storage for disk images, so no template can be copied there' },
    ]);
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
