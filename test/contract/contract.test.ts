import { join } from 'node:path';

import { beforeAll, describe, expect, it } from 'vitest';

import type { Json } from './json.ts';
import { readRecording, type Exchange, type Series } from './recording.ts';
import { replaySeries } from './replay.ts';
import type { ExchangeResult } from './result.ts';
import { countScore, formatResult, formatScore, REQUIRED_RATIO } from './report.ts';
import { SetupBook } from './setup-book.ts';
import { planSeries } from './plan.ts';
import { readOwnSetups, runContract } from './run.ts';

const RECORDING = join(import.meta.dirname, '../data/recorded.jsonl');

/** Exchanges in which the simulator differs, each with the reason why it may. */
const LEFT: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '8.4.21': {
    'rec2:97': 'guests 101 and 102 show statistics of deleted namesakes, an accident that is not imitated',
  },
  '9.2.11': {},
};

describe.each(Object.keys(LEFT))('the contract with Proxmox VE %s', (pve) => {
  const warnings: string[] = [];
  let results: readonly ExchangeResult[] = [];

  beforeAll(async () => {
    const warn = (message: string) => warnings.push(message);
    ({ results } = await runContract({ file: RECORDING, pve, warn }));
  });

  it('is kept', () => {
    const score = countScore(results);
    expect(score.ratio, formatScore(score)).toBeGreaterThanOrEqual(REQUIRED_RATIO);
  });

  it('is broken only where it is known and has a reason', () => {
    const different = results.filter((result) => result.outcome === 'different');
    const broken = different.map(({ exchange }) => `${exchange.series}:${exchange.index}`);
    expect(broken, different.map(formatResult).join('\n')).toEqual(Object.keys(LEFT[pve] ?? {}));
  });

  it('leaves out only what was never promised', () => {
    const outside = results.filter((result) => result.outcome === 'outside');
    const paths = outside.map(({ exchange }) =>
      exchange.request.path.replace(/^.*\/(qemu|tasks)\/[^/]+\//, ''),
    );
    expect(new Set(paths).difference(new Set(OUTSIDE))).toEqual(new Set());
  });

  it('does every step of the setup', () => {
    expect(warnings).toEqual([]);
  });
});

/** What the recording asks and the simulator does not promise, and the tasks of it. */
const OUTSIDE = [
  'resize',
  'snapshot',
  'status/shutdown',
  'cloudinit',
  'cloudinit/dump?type=user',
  'status',
  'log',
];

describe('a recording that says otherwise', () => {
  const at = { login: 0, badEnum: 49, definitions: 41, missing: 51 };
  let series: Series;

  beforeAll(async () => {
    const recording = await readRecording(RECORDING);
    const found = recording.series.find((candidate) => candidate.name === 'rec1');
    if (found === undefined) throw new TypeError('The recording has no series rec1');
    series = found;
  });

  it.each<[string, number, (response: Exchange['response']) => Partial<Exchange['response']>, string]>([
    ['another status', at.missing, () => ({ status: 404 }), 'status'],
    ['another reason', at.missing, () => ({ reason: 'gone' }), 'reason'],
    ['another header', at.missing, () => ({ headers: [['Content-Type', 'text/html']] }), 'header'],
    [
      'a key more',
      at.login,
      ({ body }) => ({ body: changeData(body, (data) => ({ ...data, more: 1 })) }),
      'missing',
    ],
    [
      'a key less',
      at.login,
      ({ body }) => ({
        body: changeData(body, ({ username, ticket }) => ({
          username: username ?? '',
          ticket: ticket ?? '',
        })),
      }),
      'extra',
    ],
    [
      'another type',
      at.login,
      ({ body }) => ({ body: changeData(body, (data) => ({ ...data, username: 1 })) }),
      'type',
    ],
    [
      'another error',
      at.badEnum,
      () => ({ body: { data: null, errors: { type: 'no' }, message: 'no' } }),
      'text',
    ],
    ['an entry less', at.definitions, () => ({ body: { data: [] } }), 'extra'],
  ])('is reported: %s', async (_, index, change, kind) => {
    const exchanges = series.exchanges.map((exchange) =>
      exchange.index === index
        ? { ...exchange, response: { ...exchange.response, ...change(exchange.response) } }
        : exchange,
    );
    const plan = planSeries({ ...series, exchanges }, new SetupBook(await readOwnSetups()));
    const results = await replaySeries({ ...plan, warn: () => undefined });
    expect(results[index]?.outcome).toBe('different');
    expect(results[index]?.differences.map((difference) => difference.kind)).toContain(kind);
  });
});

function changeData(body: Json, change: (data: { [key: string]: Json }) => { [key: string]: Json }): Json {
  if (body === null || typeof body !== 'object' || Array.isArray(body)) return body;
  const { data = null } = body;
  return data === null || typeof data !== 'object' || Array.isArray(data)
    ? body
    : { ...body, data: change(data) };
}
