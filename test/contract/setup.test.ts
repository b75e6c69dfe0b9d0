import { describe, expect, it } from 'vitest';

import { placeSteps } from './places.ts';
import { planSeries } from './plan.ts';
import { parseRecording, type Exchange, type Series } from './recording.ts';
import { readOwnSetups } from './run.ts';
import { parseSetups, readSetups, SetupError, type Setup } from './setup.ts';
import { SetupBook } from './setup-book.ts';
import { buildWorld, guessSetup } from './world.ts';

const text = `
pve: 8.4.21
addresses: { 127.0.0.1: pve1 }
base: [machine]
later: [guests, more]
series: { known: { start: [machine, guests] } }
layers:
  machine: { name: null, version: 8.4.21, nodes: [{ name: pve1 }], users: [{ id: a@pve }, { id: b@pve }] }
  guests: { guests: [{ vmid: 101, node: pve1 }], users: [{ id: a@pve, comment: new }, { id: b@pve, gone: true }] }
  more: { guests: [{ vmid: 103, node: pve1 }] }
`;

const withSeries = (known: string) => text.replace('{ start: [machine, guests] }', known);

function parseOne(source: string): Setup {
  const [setup] = parseSetups(source, 'x.yaml');
  if (setup === undefined) throw new TypeError('no setup');
  return setup;
}

function seriesOf(name: string, changed: Partial<Exchange['request']>, pve = '8.4.21'): Series {
  const request = { method: 'GET', path: '/api2/json/nodes/alpha/qemu/101/config', headers: {}, body: null };
  const exchange = {
    series: name,
    pve,
    note: 'try',
    node: '127.0.0.1',
    seconds: 0,
    request: { ...request, ...changed },
    response: { status: 200, reason: 'OK', headers: [], body: { data: null } },
  };
  const [series] = parseRecording(JSON.stringify(exchange)).series;
  if (series === undefined) throw new TypeError('no series');
  return series;
}

const pickLayers = (setup: Setup, names: readonly string[]) =>
  new SetupBook([setup]).pickLayers(setup, names);

const guestsOf = (series: Series, setups: readonly Setup[]) =>
  planSeries(series, new SetupBook(setups)).world.clusters.flatMap(({ guests }) =>
    guests.map(({ vmid }) => vmid),
  );

describe('parseSetups', () => {
  it('reads steps and bursts, with defaults', () => {
    const setup = parseOne(withSeries('{ start: [machine], after: { 3: [{ pause: 1.5 }, { kill: try }] } }'));
    expect(setup.series['known']?.after[3]).toEqual([{ pause: 1.5 }, { kill: 'try' }]);
    expect(setup.series['known']?.together).toEqual([]);
  });

  it('reads several installations from one file', () => {
    const other = text.replaceAll('8.4.21', '9.2.11');
    expect(parseSetups(`${text}\n---\n${other}`, 'x.yaml').map((setup) => setup.pve)).toEqual([
      '8.4.21',
      '9.2.11',
    ]);
  });

  it.each([
    ['no YAML', 'a: [', /x\.yaml is not YAML/],
    ['an unknown key', `${text}\nsurprise: 1`, /surprise/],
    ['an unknown step', withSeries('{ start: [machine], after: { 3: [{ jump: 1 }] } }'), /after/],
    ['a step that would give an answer', withSeries('{ start: [machine], answers: {} }'), /answers/],
  ])('refuses %s and says where', (_, broken, message) => {
    expect(() => parseSetups(broken, 'x.yaml')).toThrow(message);
    expect(() => parseSetups(broken, 'x.yaml')).toThrow(SetupError);
  });

  it('says which file cannot be read', async () => {
    await expect(readSetups('/nowhere/setup.yaml')).rejects.toThrow('/nowhere/setup.yaml');
  });
});

describe('buildWorld', () => {
  it('lays layers one over the other: adds, replaces, removes', () => {
    const [cluster] = buildWorld(pickLayers(parseOne(text), ['machine', 'guests'])).clusters;
    expect(cluster?.users).toMatchObject([{ id: 'a@pve', comment: 'new' }]);
    expect(cluster?.guests).toMatchObject([{ vmid: 101 }]);
  });

  it('reads of a task what its UPID tells', () => {
    const upid = 'UPID:pve1:00000146:00037FD3:6B035940:qmcreate:9000:root@pam:';
    const task = { upid, seconds: 2, exitStatus: 'OK' };
    const [cluster] = buildWorld([{ name: null, nodes: [{ name: 'pve1' }], tasks: [task] }]).clusters;
    expect(cluster?.tasks).toMatchObject([
      { node: 'pve1', type: 'qmcreate', id: '9000', startTime: 0x6b035940, endTime: 0x6b035942 },
    ]);
  });

  it('names a layer that does not exist, and what is wrong with a world', () => {
    expect(() => pickLayers(parseOne(text), ['nosuch'])).toThrow("no layer 'nosuch'");
    expect(() => buildWorld([{ name: null, nodes: [] }])).toThrow('nodes');
  });
});

describe('placeSteps', () => {
  it('finds exchanges by position and by note, and names one that is not there', () => {
    const series = seriesOf('known', {});
    const steps = (known: string) => {
      const setup = parseOne(withSeries(known)).series['known'];
      return setup && placeSteps(setup, series);
    };
    expect(steps('{ start: [machine], after: { try: [{ pause: 1 }] } }')?.after.get(0)).toEqual([
      { pause: 1 },
    ]);
    expect(steps('{ start: [machine], before: { 0: [{ wait: 0 }] } }')?.before.get(0)).toEqual([{ wait: 0 }]);
    expect(() => steps('{ start: [machine], after: { nosuch: [] } }')).toThrow('no exchange "nosuch"');
    expect(() => steps('{ start: [machine], after: { 1: [] } }')).toThrow('no exchange 1');
  });
});

describe('SetupBook', () => {
  const parse = (source: string, name: string): Setup => {
    const [setup] = parseSetups(source, `${name}.yaml`);
    if (setup === undefined) throw new TypeError('no setup');
    return setup;
  };
  const known = parse(text, 'known');
  const plan = (start: string, ...others: readonly Setup[]) => {
    const mine = parse(`pve: 8.4.21\nseries: { mine: { start: ${start} } }`, 'mine');
    return planSeries(seriesOf('mine', {}), new SetupBook([mine, ...others]));
  };
  const vmids = (series: ReturnType<typeof plan>) => series.world.clusters[0]?.guests.map(({ vmid }) => vmid);

  it('finds what a setup lacks in the others of its version: layers and addresses', () => {
    const planned = plan('[machine, more]', known);
    expect(vmids(planned)).toEqual([103]);
    expect(planned.addresses).toEqual({ '127.0.0.1': 'pve1' });
  });

  it('finds a layer of any setup by the name of its file', () => {
    const other = parse(text.replaceAll('8.4.21', '9.2.11').replaceAll('103', '104'), 'other');
    expect(vmids(plan('[machine, other/more]', other, known))).toEqual([104]);
    expect(() => plan('[machine, more]', other)).toThrow("no layer 'machine'");
    expect(() => plan('[nowhere/machine]', known)).toThrow(/no layer 'nowhere\/machine'.*known\/machine/);
  });
});

describe('planSeries', () => {
  const setup = parseOne(text);

  it('guesses with the setup that has the callers and guests which a series takes for given', () => {
    const hub = { user: 'hub@pve', id: 't', secret: '489c1856-7db6-431e-bf20-86f883136f04' };
    const authorization = `PVEAPIToken=${hub.user}!${hub.id}=${hub.secret}`;
    const series = seriesOf('other', { headers: { Authorization: authorization } });
    const fitting = parseOne(
      text.replaceAll('a@pve', 'hub@pve').replace('addresses: { 127.0.0.1', 'addresses: { 127.0.0.9'),
    );
    expect(planSeries(series, new SetupBook([setup, fitting])).addresses).toEqual({ '127.0.0.9': 'pve1' });
  });

  it('uses the setup that names the series', () => {
    expect(guestsOf(seriesOf('known', {}), [setup])).toEqual([101]);
  });

  it('starts an unknown series with as many layers as have the guests that it did not make', () => {
    expect(guestsOf(seriesOf('other', {}), [setup])).toEqual([101]);
    const later = { path: '/api2/json/nodes/pve1/qemu/103/config' };
    expect(guestsOf(seriesOf('other', later), [setup])).toEqual([101, 103]);
    const creates = { method: 'POST', path: '/api2/json/nodes/pve1/qemu', body: 'vmid=102' };
    expect(guestsOf(seriesOf('other', creates), [setup])).toEqual([]);
  });

  it('takes what an unknown series makes itself out of its start', () => {
    const clones = { method: 'POST', path: '/api2/json/nodes/pve1/qemu/9000/clone', body: '{"newid": 101}' };
    expect(guestsOf(seriesOf('other', clones), [setup])).toEqual([]);
    const users = { method: 'POST', path: '/api2/json/access/users', body: 'userid=a%40pve&password=p' };
    const [cluster] = planSeries(seriesOf('other', users), new SetupBook([setup])).world.clusters;
    expect(cluster?.users.map((user) => user.id)).toEqual(['b@pve']);
  });

  it('uses the steps of a series in which the same was tried', () => {
    const alike = parseOne(withSeries('{ start: [machine], after: { try: [{ pause: 7 }] } }'));
    expect(planSeries(seriesOf('other', {}), new SetupBook([alike])).steps.after.get(0)).toEqual([
      { pause: 7 },
    ]);
    const unlike = parseOne(withSeries('{ start: [machine], after: { else: [{ pause: 7 }] } }'));
    expect(planSeries(seriesOf('other', {}), new SetupBook([unlike])).steps.after.size).toBe(0);
  });

  it('guesses the nodes of an installation that nobody described', () => {
    const series = seriesOf('other', {}, '7.4-17');
    expect(guessSetup(series).addresses).toEqual({ '127.0.0.1': 'alpha' });
    expect(planSeries(series, new SetupBook([setup])).world.clusters).toMatchObject([
      { name: null, version: '7.4-17', nodes: [{ name: 'alpha' }] },
    ]);
  });

  it('finds a world for every series of the setups in the repository', async () => {
    const book = new SetupBook(await readOwnSetups());
    for (const own of book.all) {
      for (const { start } of [...Object.values(own.series), { start: [...own.base, ...own.later] }]) {
        expect(buildWorld(book.pickLayers(own, start)).clusters).toHaveLength(1);
      }
    }
  });
});
