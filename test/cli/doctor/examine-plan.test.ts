import { expect, it } from 'vitest';
import { judgePlacements } from '../../../src/cli/doctor/examine-plan.ts';
import type { Placement } from '../../../src/replication/plan/plan.ts';

const place: Placement = {
  sourceVmid: 100,
  sourceName: 't',
  node: 'pve1',
  status: 'PRESENT',
  original: true,
};

function impossible(code: 'NO_STORAGE' | 'NODE_OFFLINE' | 'RIGHT_MISSING', message: string): Placement {
  return { ...place, status: 'NOT_POSSIBLE', reason: { code, message } };
}

it('says each reason and warning of the plan once, and leaves to others what they tell', () => {
  const warning = { code: 'BRIDGE_MISSING', message: 'no bridge' } as const;
  const checks = judgePlacements([
    place,
    impossible('NO_STORAGE', 'no storage'),
    impossible('NO_STORAGE', 'no storage'),
    impossible('NODE_OFFLINE', 'offline'),
    impossible('RIGHT_MISSING', 'no right'),
    { ...place, status: 'WANTED', warnings: [warning] },
    { ...place, status: 'NOT_WANTED', reason: { code: 'EXCLUDED_NODE', message: 'excluded' } },
  ]);
  expect(checks.map(({ level, message }) => `${level} ${message}`)).toEqual([
    'warn no storage',
    'warn no bridge',
  ]);
  expect(judgePlacements([place])).toMatchObject([{ level: 'ok' }]);
});

it('names the plan where there is more to say than fits', () => {
  const many = Array.from({ length: 14 }, (_, index) => impossible('NO_STORAGE', `no storage ${index}`));
  const checks = judgePlacements(many);
  expect(checks).toHaveLength(11);
  expect(checks.at(-1)?.message).toBe('4 more are in the plan: hub replicate plan');
});
