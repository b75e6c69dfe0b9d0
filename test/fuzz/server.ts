/**
 * The server that is fuzzed, as a process of its own: the sample database, no Proxmox, and a cache that is small enough
 * to be full after warm-up. It tells its address once it listens, and the memory that it needs whenever it is asked.
 */
import { setImmediate } from 'node:timers/promises';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClassService } from '../../src/classes/service/create-class-service.ts';
import { importLegacy } from '../../src/import/import-legacy.ts';
import { createLogger } from '../../src/log/logger.ts';
import { createHubServer } from '../../src/server/server.ts';
import { openStore } from '../../src/store/store.ts';
import { systemClock } from '../../src/time/clock.ts';

const clusters = [
  { id: 'cluster1', name: 'Main', host: '10.220.15.249', port: 8006 },
  { id: 'cluster2', name: 'Second', host: '10.220.12.6', port: 8006 },
];

const folder = mkdtempSync(join(tmpdir(), 'template-hub-fuzz-'));
const store = await openStore({ url: `file:${join(folder, 'hub.db')}` });
const clock = systemClock;
await importLegacy({
  file: join(import.meta.dirname, '..', 'data', 'lab_portal.db'),
  store,
  clusters,
  clock,
});
const logger = createLogger({ level: 'error', format: 'json' });
const classes = createClassService({ store, clients: new Map(), clock, random: Math.random, logger });
const server = createHubServer({
  settings: { host: '127.0.0.1', port: 0, cacheBytes: 4_000_000 },
  store,
  services: { classes },
  logger,
  clock,
});
const { url } = await server.listen();
process.send?.({ url });
process.on('message', (message) => void (message === 'measure' ? measure() : stop()));

async function measure(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) {
    await gc?.({ execution: 'async', type: 'major', flavor: 'last-resort' });
    await setImmediate();
  }
  const { rss, heapUsed } = process.memoryUsage();
  process.send?.({ rss, heapUsed });
}

async function stop(): Promise<void> {
  await server.close();
  await store.close();
  rmSync(folder, { recursive: true });
  process.disconnect?.();
}
