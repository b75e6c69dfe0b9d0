import { expect, test } from 'vitest';
import { runFuzz } from './run-fuzz.ts';

test(
  '2,000 generated requests: no fault of the server, and an answer to each',
  { timeout: 120_000 },
  async () => {
    const findings: string[] = [];
    const report = await runFuzz({
      requests: 2000,
      seed: 7,
      warmUp: 0,
      tell: (line) => findings.push(line),
    });
    expect(report, findings.join('\n')).toMatchObject({ errors5xx: 0, unanswered: 0 });
    const { 200: answered = 0, 400: refused = 0, 404: unknown = 0 } = report.statuses;
    expect(Math.min(answered, refused, unknown)).toBeGreaterThan(50);
  },
);
