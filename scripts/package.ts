/**
 * Makes the package that people install: `npm run -s package` writes `template-hub-<version>.tgz`.
 *
 * `dist/` becomes its folder: a package.json without tools of development, and in it the packages that the tests ran with.
 * They are bundled, because the overrides of our package.json hold for nobody who installs us: npm would put another
 * better-sqlite3, which has to be compiled, under Prisma's adapter. Only Node itself is fetched, where its system has it.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { readShipped } from './shipped.ts';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
const documents = ['bin', 'schema.graphql', 'README.md', 'CHANGELOG.md', 'LICENSE'];
/** Parts of package.json that mean something to who installs it. */
const kept = ['name', 'version', 'description', 'license', 'bin', 'type', 'engines', 'config'];
const names = z.record(z.string(), z.string());
const manifestSchema = z.looseObject({ dependencies: names, optionalDependencies: names });

/** What is there for compiling and debugging, and Prisma's compilers for databases that we do not serve. */
const unused = [
  /\/better-sqlite3\/(?:deps|src|binding\.gyp)$/,
  /\/@prisma\/client\/runtime\/.*(?:\.map|cockroachdb|mysql|sqlserver|compiler_small|edge)[^/]*$/,
];

const given = manifestSchema.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
const { dependencies, optionalDependencies } = given;
const manifest = {
  ...Object.fromEntries(kept.map((key) => [key, given[key]])),
  exports: { '.': './src/index.js' },
  dependencies,
  optionalDependencies,
  bundleDependencies: Object.keys(dependencies),
};
writeFileSync(join(dist, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
for (const name of documents) cpSync(join(root, name), join(dist, name), { recursive: true });
for (const folder of readShipped(root).keys()) {
  if (!(folder.slice('node_modules/'.length) in optionalDependencies)) bundle(folder);
}
// What is told to this script is told to npm: --pack-destination, for instance.
const packed = spawnSync('npm', ['pack', dist, '--loglevel=error', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(packed.status ?? 1);

/** Copies a package without those below it, which have entries of their own. */
function bundle(folder: string): void {
  const from = join(root, folder);
  cpSync(from, join(dist, folder), {
    recursive: true,
    filter: (path) => basename(path) !== 'node_modules' && !unused.some((pattern) => pattern.test(path)),
  });
}
