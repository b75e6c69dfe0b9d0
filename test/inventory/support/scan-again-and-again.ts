import { argv, stdout } from 'node:process';
import { scanCluster } from '../../../src/inventory/scan.ts';
import { createTemplateCache } from '../../../src/inventory/observe/template-cache.ts';
import { openStore } from '../../../src/store/store.ts';
import { FakeCluster, fakeTemplate, localStorage } from './fake-cluster.ts';

/** A server's process: scans a cluster of 20 templates so many times. Arguments: database URL, rounds. */
const [url = '', rounds = '1'] = argv.slice(2);
const store = await openStore({ url });
const cluster = new FakeCluster();
cluster.storages = ['pve1', 'pve2', 'pve3'].map((node) => localStorage(node));
cluster.guests = Array.from({ length: 20 }, (_, index) => fakeTemplate(100 + index, `pve${(index % 3) + 1}`));
const { client, clock } = cluster;
for (let round = 0; round < Number(rounds); round += 1) {
  const scanned = { id: 'lab', name: 'Lab', host: '10.0.0.1', client, cache: createTemplateCache() };
  await scanCluster(scanned, { store, clock, maxAgeMs: 0 });
  await clock.advance(60_000);
  // One is moved in every round, so that every round has something to write.
  Object.assign(cluster.guests[round % 20] ?? {}, { node: `pve${(round % 3) + 1}` });
}
await store.close();
stdout.write('done\n');
