/** The example client: its types follow from the schema, and it runs. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startHubWithRuns, type HubWithRuns } from './start-hub-with-runs.ts';

const execute = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');
const example = join(root, 'examples', 'typed-client');
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
let hub: HubWithRuns;
beforeAll(async () => {
  await execute(process.execPath, [join(example, 'write-types.ts')]);
  hub = await startHubWithRuns();
});
afterAll(() => hub.close());

/** What the compiler says of a project; empty when everything fits. */
async function checkTypes(project: string): Promise<string> {
  const checked = execute(process.execPath, [compiler, '-p', project]);
  return checked.then(
    () => '',
    (error: unknown) => String(error instanceof Error && 'stdout' in error ? error.stdout : error),
  );
}

test('fits the schema', async () => {
  expect(await checkTypes(example)).toBe('');
});

test('does not compile when it asks for, sends or reads what the schema does not have', async () => {
  const folder = mkdtempSync(join(example, 'generated', 'wrong-'));
  const program = `import { createHubClient, graphql } from '../../hub-client.ts';
const client = createHubClient({ url: '' });
const stats = graphql('query Stats($clusterId: String) { stats(clusterId: $clusterId) { totalTemplates } }');
await client.request(stats, { clusterId: 5 });
(await client.request(stats, {})).stats.totalTemplates.toUpperCase();
(await client.request(graphql('{ stats { nonsense } }'), {})).stats.nonsense.toFixed();
`;
  writeFileSync(join(folder, 'wrong.ts'), program);
  const settings = { extends: '../../tsconfig.json', include: ['.'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings));
  const found = await checkTypes(folder);
  rmSync(folder, { recursive: true });
  expect([...found.matchAll(/wrong\.ts\((\d+),/g)].map(([, line]) => line)).toEqual(['4', '5', '6']);
});

test('tells what a server has, what a replication would do, and how a run goes', async () => {
  const { databaseId, id } = await hub.startRun();
  await hub.replicator.advance(databaseId);
  await hub.replicator.finish(databaseId, 'SUCCEEDED');
  const { stdout } = await execute(process.execPath, [join(example, 'main.ts'), hub.url, id]);
  const lines = stdout.trimEnd().split('\n');
  expect(lines).toContain('111 ubuntu-22.04-template on pve1 and pve1, pve2, pve3');
  expect(lines).toContain('cluster1: ubuntu would go to pve4 by SHARED_TARGET');
  expect(lines.at(-1)).toBe('FINISHED 1 of 2 SUCCEEDED');
});

test('says so where a replication can not be planned', async () => {
  const offline = await startHubWithRuns({ services: {} });
  const { stdout } = await execute(process.execPath, [join(example, 'main.ts'), offline.url]);
  await offline.close();
  expect(stdout).toMatch(/^no plan: .+ \(OFFLINE\)$/m);
});
