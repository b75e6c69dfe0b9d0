/** Builds `dist/`: JavaScript and declarations of `src/`, the Prisma clients, and the data files beside them. */
import { spawnSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const assets = [
  'prisma/sqlite/migrations',
  'prisma/postgresql/migrations',
  'src/simulator/data',
  'src/simulator/worlds',
  'package.json',
];

rmSync(join(root, 'dist'), { recursive: true, force: true });
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
const result = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
});
if (result.status !== 0) process.exit(result.status ?? 1);
for (const asset of assets) cpSync(join(root, asset), join(root, 'dist', asset), { recursive: true });
