/** What the command line says of clusters that a scan did not reach, or not wholly. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { NodeState } from '../../prisma/generated/sqlite/enums.ts';
import { openStore } from '../../src/store/store.ts';
import { makeFolder, runHubHere } from './support.ts';

const place = makeFolder();
const statusSince = new Date('2026-01-01T00:00:00.000Z');

beforeAll(async () => {
  const store = await openStore({ url: 'file:./data/template-hub.db', folder: place.folder });
  for (const [id, status] of [
    ['away', 'UNREACHABLE'],
    ['half', 'DEGRADED'],
    ['new', 'NEVER_SCANNED'],
    ['well', 'ONLINE'],
  ] as const) {
    const state: NodeState = status === 'UNREACHABLE' ? 'UNKNOWN' : 'ONLINE';
    const nodes = { create: ['pve1', 'pve2'].map((name) => ({ name, state })) };
    await store.prisma.cluster.create({
      data: { id, name: id, host: id, status, statusSince, nodes },
    });
  }
  await store.close();
});

afterAll(() => place.remove());

it('hub cluster list tells the status, and that nobody knows how the nodes are', async () => {
  const { stdout } = await runHubHere(['cluster', 'list'], place);
  expect(stdout).toMatch(/^away .* 2 unknown .* unreachable/m);
  expect(stdout).toMatch(/^half .* 2\/2 online .* degraded/m);
  expect(stdout).toMatch(/^new .* never scanned/m);
  expect(stdout).not.toMatch(/^well .*(online .*online|degraded|unreachable)/m);
  const listed: unknown = JSON.parse((await runHubHere(['cluster', 'list', '--json'], place)).stdout);
  expect(listed).toMatchObject([
    { clusterId: 'away', status: 'UNREACHABLE', statusSince: statusSince.toISOString() },
    { clusterId: 'half', status: 'DEGRADED' },
    { clusterId: 'new', status: 'NEVER_SCANNED' },
    { clusterId: 'well', status: 'ONLINE' },
  ]);
});

it('hub stats tells whose figures may be others', async () => {
  const { stdout } = await runHubHere(['stats'], place);
  expect(stdout.match(/^! .*$/gm)).toEqual([
    '! away is unreachable: its figures are those of before.',
    '! half is degraded: of what its last scan did not see, the figures are old.',
    '! new was never scanned.',
  ]);
  const one = await runHubHere(['stats', '--cluster', 'well', '--json'], place);
  expect(JSON.parse(one.stdout)).toMatchObject({ clusters: [{ clusterId: 'well', status: 'ONLINE' }] });
});
