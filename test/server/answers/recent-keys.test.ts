import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecentKeys } from '../../../src/server/answers/recent-keys.ts';

test('the latest keys are known, and never more than twice as many', () => {
  const keys = fc.array(fc.integer({ min: 0, max: 30 }).map(String), { maxLength: 200 });
  fc.assert(
    fc.property(keys, fc.integer({ min: 1, max: 10 }), (added, size) => {
      const recent = new RecentKeys(size);
      for (const key of added) recent.add(key);
      const latest = [...new Set(added.toReversed())].slice(0, size);
      for (const key of latest) expect(recent.has(key)).toBe(true);
      const known = [...new Set(added)].filter((key) => recent.has(key));
      expect(known.length).toBeLessThanOrEqual(2 * size);
    }),
  );
});

test('what was never added is not known', () => {
  const recent = new RecentKeys(2);
  recent.add('a');
  expect(recent.has('b')).toBe(false);
});
