/**
 * Generates both Prisma clients (and Pothos' types): `npm run generate`. The other scripts call it with `--missing`,
 * which does nothing where they are there and no older than the models: install scripts are switched off (.npmrc), so
 * that `npm ci` compiles nothing and fetches nothing but packages.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const root = join(import.meta.dirname, '..');
const environment = {
  ...process.env,
  PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env['PATH'] ?? ''}`,
  PRISMA_HIDE_UPDATE_MESSAGE: '1',
  CHECKPOINT_DISABLE: '1',
};

const models = join(root, 'prisma', 'models');
const generated = join(root, 'prisma', 'generated');

if (!process.argv.includes('--missing') || isStale()) {
  rmSync(generated, { recursive: true, force: true });
  for (const provider of ['sqlite', 'postgresql']) generate(provider);
}

function isStale(): boolean {
  const made = statSync(join(generated, 'postgresql', 'client.ts'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return readdirSync(models).some((file) => statSync(join(models, file)).mtimeMs > made);
}

/** Prisma's CLI can hang without its engine, hence the time limit. */
function generate(provider: string): void {
  const cli = join(root, 'node_modules', 'prisma', 'build', 'index.js');
  const result = spawnSync(process.execPath, [cli, 'generate'], {
    cwd: root,
    env: { ...environment, PRISMA_PROVIDER: provider },
    timeout: 120_000,
    encoding: 'utf8',
  });
  if (result.status === 0) return;
  process.stderr.write(`${result.stdout}${result.stderr}\nprisma generate for ${provider} failed\n`);
  process.exit(1);
}
