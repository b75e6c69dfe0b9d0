/**
 * Compares schema.graphql with that of the last commit: `npm run -s schema:check [-- <revision>]`. Fails when operations
 * that clients have would break, unless what they use was deprecated before.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findBreaks } from './schema-changes.ts';

const root = join(import.meta.dirname, '..');
const file = 'schema.graphql';
const [revision = 'HEAD'] = process.argv.slice(2);

const before = readCommitted();
if (before === undefined) {
  process.stdout.write(`There is no ${file} at ${revision} to compare with: nothing was checked.\n`);
} else {
  const breaks = findBreaks(before, readFileSync(join(root, file), 'utf8'));
  for (const one of breaks) process.stdout.write(`breaks clients: ${one}\n`);
  if (breaks.length > 0) {
    process.stdout.write(`Deprecate first (deprecationReason), commit, and remove later.\n`);
    process.exitCode = 1;
  } else {
    process.stdout.write(`Nothing in ${file} breaks clients of ${revision}.\n`);
  }
}

/** The schema of the revision; undefined outside of git, and where there was none. */
function readCommitted(): string | undefined {
  const shown = spawnSync('git', ['show', `${revision}:./${file}`], { cwd: root, encoding: 'utf8' });
  return shown.status === 0 ? shown.stdout : undefined;
}
