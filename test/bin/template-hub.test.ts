import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };

/** Stands for the command line: tells how it was started, and ends with 7 when it is asked to end. */
const program = `
process.on('SIGTERM', () => process.exit(7));
process.stdout.write(JSON.stringify({ args: process.argv.slice(2), flags: process.execArgv }) + '\\n');
if (process.argv[2] === 'wait') setInterval(() => undefined, 1000);
else if (process.argv[2] === 'crash') process.kill(process.pid, 'SIGKILL');
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'template-hub-bin-'));
  const root = join(import.meta.dirname, '..', '..');
  for (const file of ['bin/template-hub.js', 'package.json']) cpSync(join(root, file), join(folder, file));
  mkdirSync(join(folder, 'dist/src/cli'), { recursive: true });
  writeFileSync(join(folder, 'dist/src/cli/main.js'), program);
});
afterAll(() => rmSync(folder, { recursive: true }));

function start(...args: string[]): ChildProcess {
  const file = join(folder, 'bin/template-hub.js');
  return spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function readFirst(child: ChildProcess): Promise<unknown> {
  const [text] = child.stdout ? await once(child.stdout, 'data') : [''];
  return JSON.parse(String(text));
}

test("arguments and Node's flags are passed on, and the exit code is passed back", async () => {
  const child = start('scan', '--json');
  expect(await readFirst(child)).toEqual({
    args: ['scan', '--json'],
    flags: manifest.config['node-flags'].split(' '),
  });
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('who asks the launcher to end asks the server', async () => {
  const child = start('wait');
  await readFirst(child);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([7, null]);
});

test('a signal that ended the server is told as a shell would', async () => {
  expect(await once(start('crash'), 'exit')).toEqual([137, null]);
});
