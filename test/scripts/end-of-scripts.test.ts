/** SIGTERM to an npm script ends what it has started, as a process manager or a terminal that is closed sends it. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'hub-scripts-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs an npm script until it tells its address, and sends it a signal then: the address. */
async function endScript(words: readonly string[], environment: Record<string, string>): Promise<string> {
  const child = spawn('npm', ['run', '-s', ...words], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0];
      if (found) resolve(found);
    });
    child.once('close', () => reject(new Error(`the script ended before it told an address: ${text}`)));
  });
  expect((await fetch(`${url}/health`)).ok).toBe(true);
  child.kill('SIGTERM');
  await ended;
  return url;
}

const answers = (url: string) =>
  fetch(`${url}/health`).then(
    () => true,
    () => false,
  );

describe('SIGTERM to npm ends', { timeout: 180_000 }, () => {
  it.each([
    ['the demo, while it copies', ['demo', '--', '--port', '0', '--folder', folder], {}],
    [
      'the server',
      ['start', '--', '--offline', '--port', '0'],
      { DATABASE_URL: `file:${join(folder, 'hub.db')}` },
    ],
  ])('%s', async (_what, words, environment) => {
    const url = await endScript(words, environment);
    await expect.poll(() => answers(url), { timeout: 60_000 }).toBe(false);
  });
});
