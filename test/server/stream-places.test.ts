import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { createStreamPlaces } from '../../src/server/stream-places.ts';
import { FakeReplicator } from '../graphql/fake-replicator.ts';
import { startHub, type StartedHub } from './start-hub.ts';

const someone = { name: 'anyone', tokenId: null };

describe('places for streams', () => {
  it('are limited for each caller, and for all together', () => {
    const places = createStreamPlaces({ each: 2, all: 3 });
    expect(places.take(someone, '10.0.0.1')).toBeDefined();
    const leave = places.take(someone, '10.0.0.1');
    expect(places.take(someone, '10.0.0.1')).toBeUndefined();
    expect(places.take(someone, '10.0.0.2')).toBeDefined();
    expect(places.take(someone, '10.0.0.3')).toBeUndefined();
    leave?.();
    expect(places.take(someone, '10.0.0.3')).toBeDefined();
  });

  it('are one account for a token, wherever it is used', () => {
    const places = createStreamPlaces({ each: 1, all: 9 });
    expect(places.take({ name: 'grafana', tokenId: 1 }, '10.0.0.1')).toBeDefined();
    expect(places.take({ name: 'grafana', tokenId: 1 }, '10.0.0.2')).toBeUndefined();
    expect(places.take({ name: 'grafana', tokenId: 2 }, '10.0.0.1')).toBeDefined();
  });

  it('are never more than there are, and all free again in the end, whoever comes and goes', () => {
    const step = fc.record({ who: fc.integer({ min: 0, max: 3 }), comes: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const places = createStreamPlaces({ each: 2, all: 5 });
        const open = new Map<number, (() => void)[]>();
        for (const { who, comes } of steps) {
          const own = open.get(who) ?? [];
          const total = [...open.values()].flat().length;
          if (!comes) own.pop()?.();
          else {
            const leave = places.take(someone, String(who));
            expect(leave !== undefined).toBe(own.length < 2 && total < 5);
            if (leave) own.push(leave);
          }
          open.set(who, own);
        }
        for (const leave of [...open.values()].flat()) leave();
        for (let one = 0; one < 5; one += 1)
          expect(places.take(someone, String(Math.floor(one / 2)))).toBeDefined();
      }),
    );
  });
});

describe('a client with more streams than it may have', () => {
  let hub: StartedHub;
  afterEach(() => hub.close());

  it('is refused with 429 and when to come again; one that ends makes room', async () => {
    const replicator = new FakeReplicator();
    hub = await startHub({ services: { replicator }, settings: { streams: { each: 2, all: 9 } } });
    replicator.store = hub.store;
    const [run] = await replicator.request({ clusterId: 'cluster1', trigger: 'MUTATION' });
    const id = Buffer.from(`ReplicationRun:${run?.id ?? 0}`).toString('base64');
    const query = `subscription { replicationRun(id: "${id}") { status } }`;
    const subscribe = (signal?: AbortSignal) =>
      fetch(`${hub.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
        body: JSON.stringify({ query }),
        signal,
      });
    const first = new AbortController();
    const opened = [await subscribe(first.signal), await subscribe()];
    expect(opened.map(({ status }) => status)).toEqual([200, 200]);
    const third = await subscribe();
    expect(third.status).toBe(429);
    expect(third.headers.get('retry-after')).toBe('5');
    expect(await third.json()).toEqual({ error: expect.stringContaining('too many streams are open') });
    expect((await fetch(`${hub.url}/health`)).status).toBe(200);
    first.abort();
    await expect.poll(async () => (await subscribe()).status, { timeout: 5000 }).toBe(200);
  });
});
