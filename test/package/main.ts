/**
 * Installs the package as people do, into an empty prefix with the Node and npm that are outside, and runs it:
 * `npm run -s package:check` (a minute or two; a part of `.ci/run`, not of `npm test`). Says `PACKAGE ok` in the end.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { z } from 'zod';

const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'hub-package-'));
const prefix = join(folder, 'prefix');
const installed = join(prefix, 'lib', 'node_modules', 'template-hub');
/** Without the folders that npm puts before: the Node of the repository must not be found there. */
const outside = (process.env['PATH'] ?? '')
  .split(delimiter)
  .filter((path) => !path.includes('node_modules') && !path.includes('node-gyp'))
  .join(delimiter);

const settledSchema = z.object({ originals: z.int().positive(), replicas: z.int().positive() });
const statsSchema = z.object({
  totalTemplates: z.int(),
  originalTemplates: z.int(),
  replicaTemplates: z.int(),
});

try {
  check();
  process.stdout.write('PACKAGE ok\n');
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function check(): void {
  run(process.execPath, [join(root, 'scripts', 'package.ts'), '--pack-destination', folder], root);
  const [file] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  if (file === undefined) fail('npm pack wrote no package');
  const install = ['install', '--global', '--prefix', prefix, '--prefer-offline', '--no-audit', '--no-fund'];
  run('npm', [...install, '--loglevel=error', join(folder, file)], folder);
  lookAtTree();
  for (const command of ['hub', 'template-hub']) run(join(prefix, 'bin', command), ['--version'], folder);
  tryDemo();
}

/** One better-sqlite3, and no tool that is for building only. */
function lookAtTree(): void {
  const absent = ['prisma', '@prisma/dev', 'typescript', 'vitest', 'elkjs'].map(
    (name) => `node_modules/${name}`,
  );
  for (const name of [...absent, 'node_modules/@prisma/adapter-better-sqlite3/node_modules', 'test', 'bench'])
    if (existsSync(join(installed, name))) fail(`${name} is shipped`);
}

function tryDemo(): void {
  const program = join(prefix, 'bin', 'template-hub');
  const place = join(folder, 'demo');
  mkdirSync(place);
  const demo = ['demo', '--exit-when-settled', '--json', '--port', '0', '--folder', place];
  const settled = settledSchema.parse(JSON.parse(run(program, demo, folder)));
  const database = `file:${join(place, 'template-hub.db')}`;
  const stats = statsSchema.parse(
    JSON.parse(run(program, ['stats', '--json', '--database', database], folder)),
  );
  if (stats.originalTemplates !== settled.originals || stats.replicaTemplates !== settled.replicas)
    fail(`demo and stats disagree: ${JSON.stringify({ settled, stats })}`);
}

function run(command: string, words: readonly string[], cwd: string): string {
  const environment = { PATH: outside, HOME: process.env['HOME'] ?? folder };
  const { status, stdout, stderr, error } = spawnSync(command, words, {
    cwd,
    env: environment,
    encoding: 'utf8',
    timeout: 300_000,
  });
  if (status === 0) return stdout;
  return fail(`${command} ${words.join(' ')}: ${error?.message ?? status}\n${stdout}${stderr}`);
}

function fail(reason: string): never {
  throw new Error(reason);
}
