import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { parseSetup, readSetup, SetupError } from './setup.ts';
import { planSeries, readSetups } from './run.ts';
import { buildWorld, guessSetup, pickLayers } from './world.ts';
import type { Exchange, Series } from './recording.ts';

const FOLDER = join(import.meta.dirname, 'setups');

const text = `
pve: 8.4.21
addresses: { 127.0.0.1: pve1 }
empty: [machine]
furnished: [machine, guests]
series: { known: { start: [machine, guests] } }
layers:
  machine: { name: null, version: 8.4.21, nodes: [{ name: pve1 }], users: [{ id: a@pve }, { id: b@pve }] }
  guests: { guests: [{ vmid: 101, node: pve1 }], users: [{ id: a@pve, comment: new }, { id: b@pve, gone: true }] }
`;

function seriesOf(name: string, request: Partial<Exchange['request']>, pve = '8.4.21'): Series {
  const exchange: Exchange = {
    series: name,
    pve,
    note: 'try',
    node: '127.0.0.1',
    seconds: 0,
    index: 0,
    request: {
      method: 'GET',
      path: '/api2/json/nodes/alpha/qemu/101/config',
      headers: {},
      body: null,
      ...request,
    },
    response: { status: 200, reason: 'OK', headers: [], body: { data: null } },
  };
  return { name, pve, exchanges: [exchange] };
}

describe('parseSetup', () => {
  it('reads steps and bursts, with defaults', () => {
    const setup = parseSetup(
      text.replace(
        '{ start: [machine, guests] }',
        '{ start: [machine], after: { 3: [{ pause: 1.5 }, { kill: 3 }] } }',
      ),
      'x.yaml',
    );
    expect(setup.series['known']?.after[3]).toEqual([{ pause: 1.5 }, { kill: 3 }]);
    expect(setup.series['known']?.together).toEqual([]);
  });

  it.each([
    ['no YAML', 'a: [', /x\.yaml is not YAML/],
    ['an unknown key', `${text}\nsurprise: 1`, /surprise/],
    [
      'an unknown step',
      text.replace('{ start: [machine, guests] }', '{ start: [machine], after: { 3: [{ jump: 1 }] } }'),
      /after/,
    ],
    [
      'a step that would give an answer',
      text.replace('{ start: [machine, guests] }', '{ start: [machine], answers: {} }'),
      /answers/,
    ],
  ])('refuses %s and says where', (_, broken, message) => {
    expect(() => parseSetup(broken, 'x.yaml')).toThrow(message);
    expect(() => parseSetup(broken, 'x.yaml')).toThrow(SetupError);
  });

  it('says which file cannot be read', async () => {
    await expect(readSetup('/nowhere/setup.yaml')).rejects.toThrow('/nowhere/setup.yaml');
  });
});

describe('buildWorld', () => {
  it('lays layers one over the other: adds, replaces, removes', () => {
    const setup = parseSetup(text, 'x.yaml');
    const [cluster] = buildWorld(pickLayers(setup, ['machine', 'guests'])).clusters;
    expect(cluster?.users).toMatchObject([{ id: 'a@pve', comment: 'new' }]);
    expect(cluster?.guests).toMatchObject([{ vmid: 101 }]);
  });

  it('names a layer that does not exist, and what is wrong with a world', () => {
    const setup = parseSetup(text, 'x.yaml');
    expect(() => pickLayers(setup, ['nosuch'])).toThrow("no layer 'nosuch'");
    expect(() => buildWorld([{ name: null, nodes: [] }])).toThrow('nodes');
  });
});

describe('planSeries', () => {
  const setup = parseSetup(text, 'x.yaml');

  it('uses the setup that names the series', () => {
    expect(planSeries(seriesOf('known', {}), [setup]).setup.start).toEqual(['machine', 'guests']);
  });

  it('starts an unknown series empty, or furnished when it uses guests that it did not make', () => {
    expect(planSeries(seriesOf('other', {}), [setup]).setup.start).toEqual(['machine', 'guests']);
    const creates = { method: 'POST', path: '/api2/json/nodes/pve1/qemu', body: 'vmid=101' };
    expect(planSeries(seriesOf('other', creates), [setup]).setup.start).toEqual(['machine']);
  });

  it('guesses the nodes of an installation that nobody described', () => {
    const series = seriesOf('other', {}, '7.4-17');
    expect(guessSetup(series).addresses).toEqual({ '127.0.0.1': 'alpha' });
    expect(planSeries(series, [setup]).world.clusters).toMatchObject([
      { name: null, version: '7.4-17', nodes: [{ name: 'alpha' }] },
    ]);
  });

  it('finds a world for every series of the setups in the repository', async () => {
    for (const own of await readSetups(FOLDER)) {
      for (const { start } of [
        ...Object.values(own.series),
        { start: own.empty },
        { start: own.furnished },
      ]) {
        expect(buildWorld(pickLayers(own, start)).clusters).toHaveLength(1);
      }
    }
  });
});
