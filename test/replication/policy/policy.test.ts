import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defaultPolicy, replicationPolicySchema } from '../../../src/replication/policy/policy.ts';

describe('replicationPolicySchema', () => {
  it('is the original description where nothing is said', () => {
    expect(defaultPolicy).toEqual({
      paused: false,
      sameName: 'separate',
      mode: 'ALL_NODES',
      templates: { exclude: { names: [], tags: [], pools: [], vmids: [] } },
      nodes: { exclude: [] },
      storage: {},
      namePattern: '<name>-replica',
      limits: { perSource: 1, perTarget: 1, perStorage: 2, perCluster: 3 },
      quietHours: [],
      timezone: 'UTC',
      sharedStorage: 'replicate',
      fullCloneOnly: 'skip',
      outdated: 'replace',
      orphans: 'keep',
    });
  });

  it('completes what is written', () => {
    const policy = replicationPolicySchema.parse({
      templates: { include: { names: ['debian-*'] } },
      limits: { perCluster: 8 },
      quietHours: [{ from: '22:00', to: '06:30' }],
      schedule: '0 2 * * *',
      timezone: 'Europe/Vienna',
    });
    expect(policy.templates.include).toEqual({ names: ['debian-*'], tags: [], pools: [], vmids: [] });
    expect(policy.limits).toEqual({ perSource: 1, perTarget: 1, perStorage: 2, perCluster: 8 });
    expect(policy.quietHours[0]?.days).toHaveLength(7);
  });

  it('is the same when it is parsed again', () => {
    const policy = replicationPolicySchema.parse({
      templates: { include: { tags: ['gold'] } },
      vmidRange: { first: 900, last: 999 },
    });
    expect(replicationPolicySchema.parse(JSON.parse(JSON.stringify(policy)))).toEqual(policy);
  });

  it.each<[string, object, string]>([
    ['an unknown key', { node: {} }, 'node'],
    ['an unknown mode', { mode: 'SOME' }, 'mode'],
    ['a range upside down', { vmidRange: { first: 200, last: 100 } }, 'first must not be greater'],
    ['an id that is none', { templates: { include: { vmids: [99] } } }, 'vmids'],
    ['a schedule that is none', { schedule: 'at night' }, 'cron expression'],
    ['a time that is none', { quietHours: [{ from: '25:00', to: '06:00' }] }, 'time of day'],
    ['a time zone that is none', { timezone: 'Middle/Earth' }, 'time zone'],
    ['a limit of nothing', { limits: { perCluster: 0 } }, 'perCluster'],
    ['an empty name', { namePattern: ' ' }, 'must not be empty'],
  ])('refuses %s and says why', (_, written, text) => {
    const result = replicationPolicySchema.safeParse(written);
    expect(result.success).toBe(false);
    if (!result.success) expect(z.prettifyError(result.error)).toContain(text);
  });
});
