import { join } from 'node:path';

import { beforeAll, describe, expect, it } from 'vitest';

import { formatClosing, formatResult } from './report.ts';
import { runContract, type ContractRun } from './run.ts';

describe('the contract with what was recorded later', () => {
  const warnings: string[] = [];
  let run: ContractRun = { results: [], unread: [] };

  beforeAll(async () => {
    const file = join(import.meta.dirname, '../data/recorded-2.jsonl');
    run = await runContract({ file, warn: (message) => warnings.push(message) });
  });

  it('is kept in every exchange of both versions', () => {
    const different = run.results.filter((result) => result.outcome !== 'matched');
    expect(different.map(formatResult)).toEqual([]);
    expect(formatClosing(run)).toEqual([
      'CONTRACT pve=8.4.21 matched=24 total=24 outside=0 ratio=1.0000',
      'CONTRACT pve=9.2.11 matched=1 total=1 outside=0 ratio=1.0000',
      'CONTRACT matched=25 total=25 outside=0 ratio=1.0000',
    ]);
  });

  it('needs no step that fails, and no line to be left out', () => {
    expect([warnings, run.unread]).toEqual([[], []]);
  });
});
