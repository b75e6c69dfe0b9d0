import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findWorld, parseWorld, readWorld } from '../../src/simulator/read-world.ts';
import { startSimulator, type StartedSimulator } from '../../src/simulator/start.ts';
import { ServedLab } from './https-client.ts';

const fieldFolder = new URL('../field/worlds/', import.meta.url);
const fieldWorlds = readdirSync(fieldFolder);

describe('over HTTPS', () => {
  let lab: ServedLab;

  beforeEach(async () => {
    lab = await ServedLab.start();
  });

  afterEach(() => lab.simulator.close());

  test("the certificate is the cluster's own, and its fingerprint is in /nodes", async () => {
    const { body } = await lab.send('GET', '/api2/json/nodes');
    expect(body).toContain(`"ssl_fingerprint":"${lab.address.fingerprint}"`);
    expect(lab.address.fingerprint).toMatch(/^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  });

  test('the books and the control stand beside the API', async () => {
    const state = await lab.send('GET', '/simulator/state');
    expect(JSON.parse(state.body)).toMatchObject({ clusters: [{ id: 'lab', counts: { clones: 0 } }] });
    const snapshot = await lab.send('GET', '/simulator/snapshot');
    expect(JSON.parse(snapshot.body)).toMatchObject({ clusters: [{ id: 'lab' }] });
    const wrong = await lab.send('POST', '/simulator/control', { body: { do: 'nothing' } });
    expect(wrong.status).toBe(400);
  });
});

describe('the worlds that come along', () => {
  let started: StartedSimulator | undefined;

  afterEach(() => started?.close());

  test.each([
    ['demo', ['alpha', 'beta']],
    ['small', ['small']],
    ['classroom', ['classroom']],
    ['32-nodes', ['large']],
  ])('%s is valid and can be served', async (name, clusters) => {
    started = await startSimulator({ world: await readWorld(findWorld(name)) });
    expect(started.addresses.map((address) => address.cluster)).toEqual(clusters);
    expect(started.simulator.state().clusters.every((cluster) => cluster.guests.length > 0)).toBe(true);
  });

  test.each(fieldWorlds)("the field's %s can be served, on an address for each node", async (file) => {
    started = await startSimulator({ world: await readWorld(new URL(file, fieldFolder)) });
    const hosts = started.addresses.flatMap(({ node, host }) => (node === undefined ? [] : [host]));
    expect(hosts).toEqual(['127.0.0.11', '127.0.0.12']);
    expect(started.simulator.state().clusters[0]?.guests.some((guest) => guest.template)).toBe(true);
  });

  test('what is wrong with a world is told with its place', () => {
    const text = 'clusters: [{ id: a, name: a, nodes: [{ name: pve1, memory: much }] }]';
    expect(() => parseWorld(text, 'my.yaml')).toThrow(
      /^my\.yaml is no valid world:[\s\S]*'much' is no size[\s\S]*clusters\[0\]\.nodes\[0\]\.memory/,
    );
    expect(() => parseWorld('a: [', 'my.yaml')).toThrow(/^my\.yaml is neither YAML nor JSON/);
  });
});
