/** Generates both Prisma clients (and Pothos' types). Run as `npm run generate`; `npm ci` runs it by itself. */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const root = join(import.meta.dirname, '..');
const environment = {
  ...process.env,
  PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env['PATH'] ?? ''}`,
  PRISMA_HIDE_UPDATE_MESSAGE: '1',
  CHECKPOINT_DISABLE: '1',
};

rmSync(join(root, 'prisma', 'generated'), { recursive: true, force: true });
for (const provider of ['sqlite', 'postgresql']) generate(provider);

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
