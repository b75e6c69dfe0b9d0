/** What an installed Template Hub consists of: the packages of package-lock.json that are no tools of development. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const names = z.record(z.string(), z.string()).default({});
const entrySchema = z.looseObject({
  version: z.string().optional(),
  license: z.string().optional(),
  dependencies: names,
  optionalDependencies: names,
  peerDependencies: names,
  peerDependenciesMeta: z.record(z.string(), z.object({ optional: z.boolean().optional() })).default({}),
});
const lockSchema = z.looseObject({ packages: z.record(z.string(), entrySchema) });

type Entry = z.output<typeof entrySchema>;

/** Entries of the lock by their folder (`node_modules/…`), sorted. */
export type Packages = ReadonlyMap<string, Entry>;

/** The packages that come with Template Hub, as package-lock.json has them. */
export function readShipped(root: string): Packages {
  const { packages } = lockSchema.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
  return findShipped(new Map(Object.entries(packages)));
}

/** All that the root needs, however far away; what is only wanted where it is there already does not count. Pure. */
export function findShipped(all: Packages): Packages {
  const found = new Set<string>();
  const waiting = [''];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    for (const name of listNeeded(all.get(folder))) {
      const place = findPlace(all, name, folder);
      if (place === undefined || found.has(place)) continue;
      found.add(place);
      waiting.push(place);
    }
  }
  return new Map([...all].filter(([folder]) => found.has(folder)).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function listNeeded(entry: Entry | undefined): string[] {
  if (!entry) return [];
  const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = entry;
  const peers = Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional);
  return [...Object.keys(dependencies), ...Object.keys(optionalDependencies), ...peers];
}

/** Where Node finds a package from a folder: in it, or in one above. */
function findPlace(all: Packages, name: string, folder: string): string | undefined {
  const inside = `${folder && `${folder}/`}node_modules/${name}`;
  if (all.has(inside)) return inside;
  if (folder === '') return undefined;
  const above = folder.lastIndexOf('/node_modules/');
  return findPlace(all, name, above === -1 ? '' : folder.slice(0, above));
}
