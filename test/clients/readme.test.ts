/** The commands of the README, on a demo like the reader's. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeFolder, startHub, type RunningHub } from '../cli/support.ts';

const execute = promisify(execFile);
const readme = readFileSync(join(import.meta.dirname, '..', '..', 'README.md'), 'utf8');
const place = makeFolder();
let demo: RunningHub;
let url = '';

beforeAll(async () => {
  demo = startHub(['demo', '--port', '0'], place);
  url = (await demo.waitFor(/GraphiQL +(http:\S+)\/graphql/))[1] ?? '';
  await demo.waitFor(/Every template /);
}, 120_000);
afterAll(async () => {
  demo.kill();
  await demo.ended;
  place.remove();
});

/** The commands of all shell blocks that begin with a word; a line that ends in a backslash goes on in the next. */
function findCommands(word: string): string[] {
  const blocks = [...readme.matchAll(/^```sh\n(.*?)^```/gms)].map(([, block = '']) => block);
  const lines = blocks.flatMap((block) => block.replaceAll('\\\n', ' ').split('\n'));
  return lines.filter((line) => line.startsWith(`${word} `));
}

describe('each curl line of the README', () => {
  const commands = findCommands('curl');

  test('is found', () => {
    expect(commands.length).toBeGreaterThanOrEqual(3);
  });

  test.each(commands)('%s', async (command) => {
    expect(command).toContain('http://127.0.0.1:8080');
    const here = command.replaceAll('http://127.0.0.1:8080', url);
    const { stdout } = await execute('sh', [
      '-c',
      here.replace(/^curl /, 'curl --silent --show-error --fail '),
    ]);
    const answer: unknown = JSON.parse(stdout);
    expect(answer).not.toHaveProperty('errors');
    expect(answer).not.toHaveProperty('error');
    expect(JSON.stringify(answer)).toMatch(/debian-12|"originalTemplates":5/);
  });
});
