/** Reading commands about clusters and nodes that do not exist. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFolder, runHubHere } from './support.ts';

const place = makeFolder();

beforeAll(async () => {
  const lab = {
    id: 'lab',
    host: '127.0.0.9',
    port: 9,
    token: 'hub@pve!demo=x',
    fingerprint: 'ab'.repeat(32),
  };
  writeFileSync(join(place.folder, 'clusters.json'), JSON.stringify([lab]));
  // Makes the database.
  await runHubHere(['replicate', 'resume', 'lab'], place);
});

afterAll(() => place.remove());

describe('a reading command', { timeout: 60_000 }, () => {
  it.each([
    [['template', 'list', '--cluster', 'lba'], 'There is no cluster "lba"; did you mean "lab"?\n'],
    [['template', 'show', '100', '--cluster', 'lba'], 'There is no cluster "lba"; did you mean "lab"?\n'],
    [['template', 'nodes', '100', '--cluster', 'west'], 'There is no cluster "west"\n'],
    [['template', 'list', '--node', 'pve9'], 'There is no node "pve9"\n'],
  ])('%j is refused', async (words, stderr) => {
    expect(await runHubHere(words, place)).toMatchObject({ code: 1, stdout: '', stderr });
  });

  it.each([
    [['template', 'list', '--cluster', 'lab'], 'No template fits.\n'],
    [['class', 'list'], 'There are no classes. Make one with: hub class create\n'],
    [['replicate', 'status'], 'There are no runs yet.\n'],
  ])('%j says that there is nothing', async (words, stdout) => {
    expect(await runHubHere(words, place)).toMatchObject({ code: 0, stdout, stderr: '' });
  });
});
