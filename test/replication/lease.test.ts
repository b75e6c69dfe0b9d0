import { afterEach, beforeEach, expect, test } from 'vitest';
import { acquireLease, LeaseLostError } from '../../src/replication/lease.ts';
import { createLaboratory, type Laboratory } from './support/laboratory.ts';
import { buildWorld } from './support/small-world.ts';

let laboratory: Laboratory;

beforeEach(async () => {
  laboratory = await createLaboratory({ world: buildWorld() });
});

afterEach(() => laboratory.close());

function acquire(owner: string) {
  const { store, clock } = laboratory;
  return acquireLease({ store, clock, name: 'replication/lab', owner, leaseMs: 1000 });
}

test('one of many who try at once gets a lease', async () => {
  const leases = await Promise.all(['a', 'b', 'c', 'd'].map((owner) => acquire(owner)));
  expect(leases.filter((lease) => lease !== undefined)).toHaveLength(1);
});

test('a lease that is kept alive is not taken over, one that expired is, and its former holder can write nothing', async () => {
  const first = await acquire('a');
  await laboratory.clock.advance(900);
  await first?.renew();
  await laboratory.clock.advance(900);
  expect(await acquire('b')).toBeUndefined();
  first?.assertHeld();

  await laboratory.clock.advance(200);
  const second = await acquire('b');
  expect(second).toBeDefined();
  expect(() => first?.assertHeld()).toThrow(LeaseLostError);
  await expect(first?.renew()).rejects.toThrow(LeaseLostError);
  const write = laboratory.store.transaction((database) => first?.guard(database) ?? Promise.resolve());
  await expect(write).rejects.toMatchObject({ code: 'LEASE_LOST' });
  await laboratory.store.transaction((database) => second?.guard(database) ?? Promise.resolve());
});

test('a lease that was given back is free at once', async () => {
  await (await acquire('a'))?.release();
  expect(await acquire('b')).toBeDefined();
});

test('the lease of a process of this machine that is gone is free at once', async () => {
  const { hostname } = await import('node:os');
  await acquire(`${hostname()}/${2 ** 22 + 1}/gone`);
  expect(await acquire('b')).toBeDefined();
});
