import { expect, it } from 'vitest';
import { formatRelative } from '../../../src/cli/output/relative-time.ts';

const now = Date.UTC(2026, 5, 15, 12);

it.each([
  [0, 'just now'],
  [4, 'just now'],
  [59, '59s ago'],
  [61, '1m ago'],
  [7199, '1h ago'],
  [86_400 * 29, '29d ago'],
  [86_400 * 31, '2026-05-15'],
  [-1, 'now'],
  [-600, 'in 10m'],
])('%d seconds ago is %s', (seconds, text) => {
  expect(formatRelative(new Date(now - seconds * 1000), now)).toBe(text);
});
