import { describe, expect, it } from 'vitest';

import { DrivenClock } from '../../src/time/driven-clock.ts';
import type { ControlStepInput } from '../../src/simulator/control.ts';
import { Machine, type Simulated } from './machine.ts';
import type { Json } from './json.ts';
import type { Caller } from './line-forms.ts';
import type { Exchange, Series } from './recording.ts';
import { placeSteps } from './places.ts';
import { replaySeries, type ReplayPlan } from './replay.ts';
import type { SeriesSetup } from './setup.ts';
import { buildWorld } from './world.ts';

const HEX = '6B0358C6';
const recordedUpid = (pid: number) => `UPID:pve1:0000000${pid}:0000000${pid}:${HEX}:qmclone:9000:root@pam:`;
const ownUpid = (pid: number) => `UPID:pve1:000000A${pid}:0000000${pid}:${HEX}:qmclone:9000:root@pam:`;
const recordedTicket = `PVE:root@pam:${HEX}::cmVjb3JkZWQ=`;
const ownTicket = `PVE:root@pam:${HEX}::b3du`;

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** A simulator that answers from a function, and notes what it was asked and told. */
function fakeSimulator(answer: (sent: Sent) => { status?: number; body: Json; after?: number }) {
  const sent: Sent[] = [];
  const clock = new DrivenClock();
  const steps: ControlStepInput[] = [];
  const world = buildWorld([
    { name: null, nodes: [{ name: 'pve1' }], users: [{ id: 'root@pam', password: 'p' }] },
  ]);
  const simulated: Simulated = {
    handle: async (request) => {
      const noted = { ...request, headers: request.headers ?? {}, at: clock.now() };
      sent.push(noted);
      const { status = 200, body, after = 0 } = answer(noted);
      await clock.sleep(after);
      const headers: [string, string][] = [['Content-Type', 'application/json;charset=UTF-8']];
      return { status, reason: status === 200 ? 'OK' : 'no', headers, body: JSON.stringify(body) };
    },
    control: async (step) => {
      steps.push(step);
      return {};
    },
    snapshot: () => ({ clusters: world.clusters.map((cluster) => ({ ...cluster, tasks: finished })) }),
    close: async () => undefined,
  };
  const finished = [2, 1].map((pid, place) => ({
    upid: ownUpid(pid),
    node: 'pve1',
    type: 'qmclone',
    id: '9000',
    user: 'root@pam',
    startTime: 1,
    endTime: 10 + place,
    exitStatus: pid === 2 ? 'OK' : 'no',
    log: [],
  }));
  const start: Parameters<typeof replaySeries>[1] = (options) =>
    new Machine(simulated, clock, options.addresses);
  return { sent, steps, start, world };
}

interface Line {
  readonly note?: string;
  readonly request: Partial<Exchange['request']>;
  readonly status?: number;
  readonly data: Json;
  readonly caller?: Caller;
}

function planOf(lines: readonly Line[], setup: Partial<SeriesSetup> = {}): ReplayPlan {
  const exchanges = lines.map(({ note = 'try', request, status = 200, data, caller }, index): Exchange => {
    const reason = status === 200 ? 'OK' : 'no';
    return {
      series: 's',
      pve: '8.4.21',
      note,
      node: '127.0.0.1',
      seconds: 0.01,
      index,
      ...(caller === undefined ? {} : { caller }),
      request: { method: 'GET', path: '/api2/json/version', headers: {}, body: null, ...request },
      response: {
        status,
        reason,
        headers: [['Content-Type', 'application/json;charset=UTF-8']],
        body: { data },
      },
    };
  });
  const series: Series = { name: 's', pve: '8.4.21', exchanges };
  const own = { start: ['machine'], before: {}, after: {}, together: [], ...setup };
  const world = buildWorld([{ name: null, nodes: [{ name: 'pve1' }] }]);
  return {
    series,
    steps: placeSteps(own, series),
    world,
    addresses: { '127.0.0.1': 'pve1' },
    warn: () => undefined,
  };
}

const clone = (newid: number): Partial<Exchange['request']> => ({
  method: 'POST',
  path: '/api2/json/nodes/pve1/qemu/9000/clone',
  body: `newid=${newid}`,
});
const statusOf = (upid: string): Partial<Exchange['request']> => ({
  path: `/api2/json/nodes/pve1/tasks/${encodeURIComponent(upid)}/status`,
});

describe('replaySeries', () => {
  it('sends its own ticket where the recording shows the one it was given', async () => {
    const login = { ticket: recordedTicket, CSRFPreventionToken: `${HEX}:recorded-recorded-recorded` };
    const cookie = `PVEAuthCookie=${encodeURIComponent(recordedTicket)}`;
    const plan = planOf([
      { request: { method: 'POST', path: '/api2/json/access/ticket' }, data: login },
      { request: { headers: { Cookie: cookie } }, data: {} },
    ]);
    const fake = fakeSimulator(({ path }) => ({
      body: { data: path.endsWith('ticket') ? { ...login, ticket: ownTicket } : {} },
    }));
    const results = await replaySeries(plan, fake.start);
    expect(results.map((result) => result.outcome)).toEqual(['matched', 'matched']);
    expect(fake.sent[1]?.headers['cookie']).toBe(`PVEAuthCookie=${encodeURIComponent(ownTicket)}`);
  });

  it('logs in for a ticket that was accepted without being shown, and leaves a refused one alone', async () => {
    const refused = { Cookie: `PVEAuthCookie=PVE:root@pam:${HEX}::AAAA` };
    const plan = planOf([
      { request: { headers: { Cookie: `PVEAuthCookie=${recordedTicket}` } }, data: {} },
      { request: { headers: refused }, status: 401, data: null },
    ]);
    const fake = fakeSimulator(({ path, headers }): { status?: number; body: Json } => {
      if (path.endsWith('ticket')) return { body: { data: { ticket: ownTicket, CSRFPreventionToken: 'c' } } };
      return headers['cookie']?.includes('AAAA')
        ? { status: 401, body: { data: null } }
        : { body: { data: {} } };
    });
    const results = await replaySeries(plan, fake.start);
    expect(results.map((result) => result.outcome)).toEqual(['matched', 'matched']);
    expect(fake.sent.map((sent) => sent.headers['cookie'])).toEqual([
      undefined,
      `PVEAuthCookie=${ownTicket}`,
      refused.Cookie,
    ]);
  });

  it('makes a token known that was accepted without being shown, with the recorded secret', async () => {
    const secret = '489c1856-7db6-431e-bf20-86f883136f04';
    const refused = '00000000-0000-0000-0000-000000000000';
    const present = (value: string) => ({ headers: { Authorization: `PVEAPIToken=root@pam!t=${value}` } });
    const plan = planOf([
      { request: present(secret), data: {} },
      { request: present(refused), status: 401, data: null },
    ]);
    const fake = fakeSimulator(({ headers }) =>
      headers['authorization']?.includes(refused)
        ? { status: 401, body: { data: null } }
        : { body: { data: {} } },
    );
    const results = await replaySeries(plan, fake.start);
    expect(results.map((result) => result.outcome)).toEqual(['matched', 'matched']);
    expect(fake.steps).toEqual([
      { do: 'set-token', token: { user: 'root@pam', id: 't', secret, privsep: false } },
    ]);
  });

  it('presents what a named caller has: the ticket of a login, the secret of its token, a new one where there is none', async () => {
    const ticket: Caller = { kind: 'ticket', user: 'root@pam' };
    const plan = planOf([
      { request: clone(101), data: null, caller: ticket },
      { request: clone(102), data: null, caller: ticket },
      { request: {}, data: null, caller: { kind: 'token', user: 'new@pve', id: 't' } },
      { request: {}, data: null, caller: { kind: 'nobody' } },
    ]);
    const fake = fakeSimulator(({ path }) => ({
      body: { data: path.endsWith('ticket') ? { ticket: ownTicket, CSRFPreventionToken: 'csrf' } : null },
    }));
    await replaySeries(plan, fake.start);
    const cookie = `PVEAuthCookie=${encodeURIComponent(ownTicket)}`;
    const [login, ...others] = fake.sent.map(({ headers }) => headers);
    expect(login).not.toHaveProperty('cookie');
    expect(others).toEqual([
      expect.objectContaining({ cookie, csrfpreventiontoken: 'csrf' }),
      expect.objectContaining({ cookie, csrfpreventiontoken: 'csrf' }),
      { authorization: 'PVEAPIToken=new@pve!t=00000000-0000-4000-8000-000000000000' },
      {},
    ]);
    expect(fake.steps.map((step) => step.do)).toEqual(['set-user', 'set-token']);
  });

  it('sends the rest in time although one answer is slow, and judges that one when it comes', async () => {
    const plan = planOf([
      { request: clone(101), data: 'late' },
      { request: {}, data: null },
      { request: {}, data: null },
    ]);
    const fake = fakeSimulator(({ method }) =>
      method === 'POST' ? { body: { data: 'late' }, after: 10_000 } : { body: { data: null } },
    );
    const results = await replaySeries(plan, fake.start);
    expect(results.map((result) => [result.exchange.index, result.outcome])).toEqual([
      [0, 'matched'],
      [1, 'matched'],
      [2, 'matched'],
    ]);
    const [first, , last] = fake.sent;
    expect((last?.at ?? 0) - (first?.at ?? 0)).toBeLessThan(2000);
  });

  it('waits for a slow answer whose task is asked about', async () => {
    const plan = planOf([
      { request: clone(101), data: recordedUpid(1) },
      { request: statusOf(recordedUpid(1)), data: {} },
    ]);
    const fake = fakeSimulator(({ method }) =>
      method === 'POST' ? { body: { data: ownUpid(1) }, after: 10_000 } : { body: { data: {} } },
    );
    const results = await replaySeries(plan, fake.start);
    expect(results.map((result) => result.outcome)).toEqual(['matched', 'matched']);
    expect(fake.sent[1]?.path).toContain(encodeURIComponent(ownUpid(1)));
  });

  it('waits for a task before its final status, and asks for its own UPID', async () => {
    const plan = planOf([
      { request: clone(101), data: recordedUpid(1) },
      { note: 'try : final task status', request: statusOf(recordedUpid(1)), data: {} },
    ]);
    const fake = fakeSimulator(({ method }) => ({ body: { data: method === 'POST' ? ownUpid(1) : {} } }));
    await replaySeries(plan, fake.start);
    expect(fake.steps).toEqual([{ do: 'wait-task', upid: ownUpid(1) }]);
    expect(fake.sent[1]?.path).toContain(encodeURIComponent(ownUpid(1)));
  });

  it('counts what is not promised and answered 501 as outside, with the questions about its task', async () => {
    const resize = { method: 'PUT', path: '/api2/json/nodes/pve1/qemu/102/resize' };
    const plan = planOf([
      { request: resize, data: recordedUpid(1) },
      { request: statusOf(recordedUpid(1)), data: {} },
      { request: {}, data: {} },
    ]);
    const fake = fakeSimulator(() => ({ status: 501, body: { data: null } }));
    const results = await replaySeries(plan, fake.start);
    expect(results.map((result) => result.outcome)).toEqual(['outside', 'outside', 'different']);
  });

  it('does the steps of the setup at their places, and goes on when one fails', async () => {
    const warnings: string[] = [];
    const plan = planOf(
      [
        { request: clone(101), data: recordedUpid(1) },
        { request: {}, data: {} },
      ],
      {
        before: { 1: [{ do: 'broadcast' }] },
        after: { 0: [{ kill: 0 }, { request: { method: 'GET', path: '/gone', user: 'root@pam' } }] },
      },
    );
    const fake = fakeSimulator(({ method, path }) => {
      if (path.endsWith('/gone')) return { status: 500, body: { data: null } };
      return { body: { data: method === 'POST' ? ownUpid(1) : {} } };
    });
    await replaySeries({ ...plan, warn: (message) => warnings.push(message) }, fake.start);
    expect(fake.steps).toEqual([{ do: 'kill-worker', upid: ownUpid(1) }, { do: 'broadcast' }]);
    expect(warnings).toHaveLength(1);
  });

  it('pairs the winner of a race with the winner of its own race', async () => {
    const plan = planOf(
      [
        { request: clone(101), data: recordedUpid(1) },
        { request: clone(102), data: recordedUpid(2) },
        { request: statusOf(recordedUpid(1)), data: {} },
        { request: { path: '/api2/json/nodes/pve1/qemu/101/config' }, data: {} },
      ],
      { together: [{ exchanges: [0, 1], winners: [0] }] },
    );
    let pid = 0;
    const fake = fakeSimulator(({ method }) => ({ body: { data: method === 'POST' ? ownUpid(++pid) : {} } }));
    const results = await replaySeries(plan, fake.start);
    expect(results.every((result) => result.outcome === 'matched')).toBe(true);
    expect(fake.sent[2]?.path).toContain(encodeURIComponent(ownUpid(2)));
    expect(fake.sent[3]?.path).toBe('/api2/json/nodes/pve1/qemu/102/config');
  });
});
