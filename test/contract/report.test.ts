import { describe, expect, it } from 'vitest';

import { countVersions, describeDifferent, formatClosing, formatResult, isKept } from './report.ts';
import type { ExchangeResult } from './result.ts';

function results(pve: string, matched: number, different: number): ExchangeResult[] {
  return Array.from({ length: matched + different }, (_, index) => ({
    exchange: {
      series: 's',
      pve,
      note: 'try',
      node: 'pve1',
      seconds: 0,
      index,
      request: { method: 'GET', path: '/api2/json/version', headers: {}, body: null },
      response: { status: 200, reason: 'OK', headers: [], body: null },
    },
    outcome: index < matched ? 'matched' : 'different',
    differences: [],
  }));
}

describe('the end of a run', () => {
  const old = results('8.4.21', 96, 4);
  const young = results('9.2.11', 400, 1);

  it('is one line, or one a version and one for all', () => {
    expect(formatClosing({ results: young, unread: [] })).toEqual([
      'CONTRACT matched=400 total=401 outside=0 ratio=0.9975',
    ]);
    expect(
      formatClosing({ results: [...old, ...young], unread: [{ row: 3, fault: 'is not JSON' }] }),
    ).toEqual([
      'CONTRACT pve=8.4.21 matched=96 total=100 outside=0 ratio=0.9600',
      'CONTRACT pve=9.2.11 matched=400 total=401 outside=0 ratio=0.9975',
      'CONTRACT matched=496 total=501 outside=0 ratio=0.9900 unread=1',
    ]);
  });

  it('is good only when each version is', () => {
    expect([...countVersions([...old, ...young]).keys()]).toEqual(['8.4.21', '9.2.11']);
    expect([isKept(young), isKept([...old, ...young])]).toEqual([true, false]);
  });

  it('counts what follows from something else', () => {
    const [first, second] = results('8.4.21', 0, 2);
    if (first === undefined || second === undefined) throw new TypeError('no results');
    const following = { ...second, follows: first.exchange };
    expect(describeDifferent([first, following])).toBe(
      '2 exchanges differ, 1 of them because of an earlier one',
    );
    expect(describeDifferent(results('8.4.21', 1, 0))).toBeUndefined();
    expect(formatResult(following)).toContain('follows from s:0 try');
  });
});
