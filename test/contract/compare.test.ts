import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

import { compareAnswers, type Answer } from './compare.ts';
import { compareBodies } from './compare-body.ts';
import { formatDifference } from './difference.ts';
import type { Json } from './json.ts';

const answer: Answer = {
  status: 500,
  reason: 'VM 101 is running - destroy failed',
  headers: [['Content-Type', 'application/json;charset=UTF-8']],
  body: { data: null, message: 'VM 101 is running - destroy failed\n' },
  json: true,
};

const kindsOf = (changed: Partial<Answer>) =>
  compareAnswers(answer, { ...answer, ...changed }, {}).map((difference) => difference.kind);

describe('compareAnswers', () => {
  it('accepts the same answer with other numbers, another order of headers and another case', () => {
    const replayed = {
      ...answer,
      reason: 'VM 102 is running - destroy failed',
      headers: [['Date', 'now'] as const, ['content-type', 'application/json;charset=UTF-8'] as const],
    };
    expect(compareAnswers(answer, replayed, {})).toEqual([]);
  });

  it.each<[string, Partial<Answer>, string]>([
    ['another status', { status: 501 }, 'status'],
    ['another reason', { reason: 'VM 101 is stopped' }, 'reason'],
    ['no content type', { headers: [] }, 'header'],
    ['a cookie that was not set', { headers: [...answer.headers, ['Set-Cookie', 'a=b']] }, 'header'],
    ['another message', { body: { data: null, message: 'no\n' } }, 'text'],
    ['a missing key', { body: { data: null } }, 'missing'],
    ['an extra key', { body: { ...Object(answer.body), errors: {} } }, 'extra'],
    ['another type', { body: { data: {}, message: 'VM 101 is running - destroy failed\n' } }, 'type'],
    ['a text instead of JSON', { body: 'gone', json: false }, 'body'],
  ])('reports %s', (_, changed, kind) => {
    expect(kindsOf(changed)).toEqual([kind]);
  });

  it('compares a body that is no JSON as a text', () => {
    const text: Answer = {
      ...answer,
      json: false,
      body: "upload 'Content-Type 'text/plain' not implemented",
    };
    expect(compareAnswers(text, { ...text }, {})).toEqual([]);
    expect(compareAnswers(text, { ...text, body: '' }, {})).toHaveLength(1);
  });
});

describe('compareBodies', () => {
  it('pairs guests by id, whatever their order', () => {
    const guests: Json[] = [
      { vmid: 101, name: 'a' },
      { vmid: 102, name: 'b', lock: 'clone' },
    ];
    expect(compareBodies({ data: guests }, { data: guests.toReversed() })).toEqual([]);
    const [difference] = compareBodies({ data: guests }, { data: [{ vmid: 101, name: 'a' }] });
    expect(difference).toMatchObject({ kind: 'missing', where: 'data[]' });
  });

  it('names the element that differs', () => {
    const [difference] = compareBodies(
      { data: [{ vmid: 101, name: 'a' }] },
      { data: [{ vmid: 101, name: 1 }] },
    );
    expect(difference).toMatchObject({ kind: 'type', where: 'data[vmid=101].name' });
  });

  it('pairs tasks of unrecorded steps by what they did', () => {
    const task = (upid: string, type: string) => ({ upid, type, id: '9000', user: 'root@pam', status: 'OK' });
    const recorded = [task('UPID:a', 'qmclone'), task('UPID:b', 'qmdestroy')];
    const replayed = [task('UPID:c', 'qmdestroy'), task('UPID:d', 'qmclone')];
    expect(compareBodies(recorded, replayed)).toEqual([]);
    expect(compareBodies(recorded, [task('UPID:c', 'qmdestroy')])).toHaveLength(1);
  });

  it('compares lists without names as multisets of shapes', () => {
    expect(compareBodies([1, 'a', { x: 1 }], [{ x: 2 }, 5, 'b'])).toEqual([]);
    expect(compareBodies([1, 'a'], ['b', 'c']).map((difference) => difference.kind)).toEqual([
      'missing',
      'extra',
    ]);
  });

  it('compares log lines in order, however much progress there was', () => {
    const log = (...lines: string[]) => lines.map((t, index) => ({ n: index + 1, t }));
    const progress = (percent: number) => `transferred ${percent} MiB of 100 MiB (${percent}.00%)`;
    expect(
      compareBodies(log(progress(2), 'TASK OK'), log(progress(2), progress(9), progress(50), 'TASK OK')),
    ).toEqual([]);
    expect(compareBodies(log('TASK OK'), log('TASK ERROR: no'))).toHaveLength(1);
  });

  it('compares values only when asked, and never arbitrary ones', () => {
    const [one, other] = [
      { name: 'a', uptime: 1 },
      { name: 'b', uptime: 2 },
    ];
    expect(compareBodies(one, other)).toEqual([]);
    expect(compareBodies(one, other, { values: true }).map((difference) => difference.where)).toEqual([
      'name',
    ]);
  });

  const anyJson = fc
    .jsonValue({ maxDepth: 4 })
    .map((value) => z.json().parse(JSON.parse(JSON.stringify(value))));

  it('finds nothing between a body and itself', () => {
    fc.assert(fc.property(anyJson, (body) => compareBodies(body, body, { values: true }).length === 0));
  });

  it('finds a key that was added anywhere at the top', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), anyJson), anyJson, (body, value) => {
        const { added: _, ...rest } = body;
        const found = compareBodies(rest, { ...rest, added: value });
        expect(found).toMatchObject([{ kind: 'extra', where: 'added' }]);
      }),
    );
  });

  it('finds a value of another type', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), anyJson), fc.boolean(), (body, value) => {
        const found = compareBodies({ ...body, changed: 1 }, { ...body, changed: value });
        expect(found).toMatchObject([{ kind: 'type', where: 'changed' }]);
      }),
    );
  });
});

describe('formatDifference', () => {
  it('prints both sides as a diff', () => {
    const lines = formatDifference({
      kind: 'text',
      where: 'data.exitstatus',
      recorded: 'a\nb',
      replayed: 'c',
    });
    expect(lines).toEqual(['  @ data.exitstatus (text)', '  - a', '  - b', '  + c']);
  });
});
