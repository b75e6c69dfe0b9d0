/**
 * Puts platform packages that npm left out back into package-lock.json: `npm run lock`, after each change of packages.
 *
 * oxlint and oxfmt name one optional package a platform. Where a registry serves only this platform's, npm drops the
 * others from the lock, and `npm ci` then refuses the lock as incomplete.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const lockFile = join(import.meta.dirname, '..', 'package-lock.json');
const entry = z.looseObject({ optionalDependencies: z.record(z.string(), z.string()).optional() });
const lockSchema = z.looseObject({ packages: z.record(z.string(), entry) });

const systems = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const processors = ['arm64', 'arm', 'x64', 'ia32', 'ppc64', 'riscv64', 's390x'];

const lock = lockSchema.parse(JSON.parse(readFileSync(lockFile, 'utf8')));
let added = 0;
for (const [path, { optionalDependencies = {} }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    if (isLocked(path, name)) continue;
    lock.packages[`node_modules/${name}`] = describePlatformPackage(name, version);
    added += 1;
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(lockFile, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`added ${added} platform packages\n`);

/** Whether npm would find the package from `path`: beside it, or in a folder above. */
function isLocked(path: string, name: string): boolean {
  const parents = path.split('/node_modules/');
  return parents.some((_, index) => {
    const base = parents.slice(0, index + 1).join('/node_modules/');
    return `${base}/node_modules/${name}` in lock.packages || `node_modules/${name}` in lock.packages;
  });
}

function describePlatformPackage(name: string, version: string): z.infer<typeof entry> {
  const words = name.split(/[/-]/);
  const os = systems.filter((system) => words.includes(system));
  const cpu = processors.filter((processor) => words.includes(processor));
  return { version, optional: true, dev: true, ...(os.length > 0 && { os }), ...(cpu.length > 0 && { cpu }) };
}
