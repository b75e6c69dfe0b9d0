/** Runs the examples of docs/library.md as they stand, on a store with the sample database's rows. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findSample, legacyClusters, makeFolder, runHub } from './support.ts';

const root = join(import.meta.dirname, '..', '..');
const place = makeFolder();
const examples = [
  ...readFileSync(join(root, 'docs', 'library.md'), 'utf8').matchAll(/```ts\n([\s\S]*?)```/g),
].map(([, code = '']) => code);

beforeAll(async () => {
  writeFileSync(join(place.folder, 'clusters.json'), JSON.stringify(legacyClusters));
  copyFileSync(findSample('lab_portal'), join(place.folder, 'lab_portal.db'));
  await runHub(['import', 'lab_portal.db'], place);
});

afterAll(() => place.remove());

/** Runs one example in the folder of the store, and gives what it printed. */
function runExample(index: number): Promise<string> {
  const entry = pathToFileURL(join(root, 'src', 'index.ts')).href;
  const file = join(place.folder, `example-${index}.ts`);
  writeFileSync(file, (examples[index] ?? '').replaceAll("'template-hub'", `'${entry}'`));
  const child = spawn(process.execPath, [file], { cwd: place.folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  child.stdout.on('data', (text: Buffer) => (printed += text.toString()));
  child.stderr.on('data', (text: Buffer) => (printed += text.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve(printed.trim()));
  });
}

it('the queries of the original description give its rows', async () => {
  // On pve1; originals; replicas of 111 in cluster1, a class's base among them; templates of class 1.
  expect(await runExample(0)).toBe('12 25 3 2');
});

it('the server runs inside another program', async () => {
  expect(await runExample(1)).toMatch(/total_templates: 36/);
});

it('an import is a function', async () => {
  expect(await runExample(2)).toBe('{ clusters: 1, templates: 36, classes: 2, machines: 3 }');
});

it('there are no other examples', () => {
  expect(examples).toHaveLength(3);
});
