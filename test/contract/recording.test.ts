import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { parseRecording, readRecording, RecordingError } from './recording.ts';
import { announcedUpid, isPromised, requestedUpid } from './scope.ts';
import { findBursts, readStart, readUpidTimes, Timeline } from './timeline.ts';

const upid = (ticks: string) => `UPID:pve1:00000146:${ticks}:6B035940:qmcreate:9000:root@pam:`;
const line = (series: string, changed: object = {}) =>
  JSON.stringify({
    series,
    pve: '8.4.21',
    note: 'try',
    node: '127.0.0.1',
    seconds: 0.5,
    request: { method: 'GET', path: '/api2/json/version', headers: {}, body: null },
    response: {
      status: 200,
      reason: 'OK',
      headers: [['Connection', 'close']],
      body: { data: upid('00037FD3') },
    },
    ...changed,
  });

describe('parseRecording', () => {
  it('groups series and counts positions within each', () => {
    const recording = parseRecording([line('a'), line('b'), '', line('a')].join('\n'));
    expect(
      recording.series.map((series) => [series.name, series.exchanges.map((exchange) => exchange.index)]),
    ).toEqual([
      ['a', [0, 1]],
      ['b', [0]],
    ]);
  });

  it('keeps two versions of one series apart', () => {
    expect(parseRecording([line('a'), line('a', { pve: '9.2.11' })].join('\n')).series).toHaveLength(2);
  });

  it('sets lines of another form aside, and says what is wrong with each', () => {
    const { series, unread } = parseRecording([line('a'), '{', line('a', { seconds: 'long' })].join('\n'));
    expect(series).toHaveLength(1);
    expect(unread).toEqual([
      { row: 2, fault: expect.stringMatching(/^is not JSON: /) },
      { row: 3, fault: expect.stringMatching(/^is not a recorded exchange: .*seconds/) },
    ]);
  });

  it('says what is wrong with a file that holds nothing else', async () => {
    await expect(readRecording(import.meta.filename)).rejects.toThrow(
      /No line of .*recording\.test\.ts is a recorded exchange: line 1 is not JSON/,
    );
  });

  it('says which file cannot be read', async () => {
    await expect(readRecording('/nowhere.jsonl')).rejects.toThrow(RecordingError);
  });
});

describe('a line that names its caller', () => {
  const named = (auth: string | null, changed: object = {}) =>
    JSON.stringify({
      series: 'new',
      pve: '8.4.21',
      note: 'try',
      node: 'pve1',
      seconds: 0.1,
      auth,
      request: { method: 'POST', path: '/api2/json/nodes/pve1/qemu/9000/clone', body: 'newid=101' },
      response: {
        status: 200,
        reason: 'OK',
        headers: { 'Content-Type': 'application/json;charset=UTF-8' },
        body: { data: null },
      },
      ...changed,
    });
  const read = (text: string) => parseRecording(text).series[0]?.exchanges[0];

  it.each([
    ['root@pam ticket', { kind: 'ticket', user: 'root@pam' }],
    ['root@pam!full', { kind: 'token', user: 'root@pam', id: 'full' }],
    ['jane@example.com@entra!hub', { kind: 'token', user: 'jane@example.com@entra', id: 'hub' }],
    [null, { kind: 'nobody' }],
    ['none', { kind: 'nobody' }],
  ])('%s', (auth, caller) => {
    expect(read(named(auth))?.caller).toEqual(caller);
  });

  it('has the headers of a form, and those of the answer as pairs', () => {
    const exchange = read(named('root@pam ticket'));
    expect(exchange?.request.headers).toEqual({
      'Content-Type': 'application/x-www-form-urlencoded',
      'Content-Length': '9',
    });
    expect(exchange?.response.headers).toEqual([['Content-Type', 'application/json;charset=UTF-8']]);
  });

  it('may have got an answer that is no JSON', () => {
    const refused = { status: 401, reason: 'No ticket', headers: {}, body: null };
    expect(read(named('root@pam!full', { response: refused }))?.response).toMatchObject({ raw_body: '' });
  });

  it('must name one that can be understood', () => {
    const { unread } = parseRecording(named('the administrator'));
    expect(unread).toEqual([
      { row: 1, fault: expect.stringContaining("'the administrator' names no caller") },
    ]);
  });
});

describe('isPromised', () => {
  it.each([
    ['GET', '/api2/json/cluster/resources?type=vm', true],
    ['GET', '/api2/json/nodes/pve1/qemu/', true],
    ['POST', '/api2/extjs/nodes/pve1/qemu/9000/clone', true],
    ['GET', '/api2/json', true],
    ['PUT', '/api2/json/nodes/pve1/qemu/102/resize', false],
    ['POST', '/api2/json/nodes/pve1/qemu/102/snapshot', false],
    ['POST', '/api2/json/cluster/resources', false],
  ])('%s %s: %s', (method, path, promised) => {
    expect(isPromised({ method, path })).toBe(promised);
  });
});

describe('UPIDs', () => {
  it('are read from answers and, decoded, from requests', () => {
    expect(announcedUpid({ data: upid('00037FD3') })).toBe(upid('00037FD3'));
    expect(announcedUpid({ data: null })).toBeUndefined();
    expect(requestedUpid(`/api2/json/nodes/pve1/tasks/${encodeURIComponent(upid('00037FD3'))}/log`)).toBe(
      upid('00037FD3'),
    );
    expect(requestedUpid('/api2/json/nodes/pve1/tasks/garbage/status')).toBeUndefined();
    expect(requestedUpid('/api2/json/nodes/pve1/tasks/%zz/status')).toBeUndefined();
  });

  it('tell when a worker was started', () => {
    expect(readUpidTimes(upid('00000064'))).toEqual({
      node: 'pve1',
      sinceBoot: 1000,
      startedAt: 0x6b035940 * 1000,
    });
    expect(readUpidTimes('garbage')).toBeUndefined();
  });
});

describe('Timeline', () => {
  const [series] = parseRecording(
    ['00000064', '000000C8', '00000064']
      .map((ticks) =>
        line('a', { response: { status: 200, reason: 'OK', headers: [], body: { data: upid(ticks) } } }),
      )
      .join('\n'),
  ).series;

  it('starts a series at the first time that it tells', () => {
    expect(series && readStart(series)).toBe(0x6b035940 * 1000);
  });

  it('keeps the pauses between workers, and never goes back', () => {
    const timeline = new Timeline();
    const pauses = series?.exchanges.map((exchange, index) =>
      timeline.pauseBefore(exchange, 5000 + index * 100),
    );
    expect(pauses).toEqual([0, 900, 0]);
  });
});

describe('findBursts', () => {
  it('finds the requests of the recording that were sent at the same time, and no others', async () => {
    const recording = await readRecording(join(import.meta.dirname, '../data/recorded.jsonl'));
    const found = recording.series.map((series) => [series.name, findBursts(series)]);
    expect(Object.fromEntries(found)).toMatchObject({
      rec2: [],
      rec3: [[51, 53]],
      rec4: [],
      rec6: [
        [2, 13],
        [17, 28],
      ],
      'rec2-pve9': [],
    });
  });
});
