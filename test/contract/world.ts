import type { World } from '../../src/simulator/world.ts';
import { worldSchema } from '../../src/simulator/world.ts';
import type { Json } from './json.ts';
import type { Series } from './recording.ts';
import { SetupError, type Layer, type Setup } from './setup.ts';
import { z } from 'zod';

/** What tells the entries of a world's list apart; lists that are not named here are only added to. */
const IDENTITIES: Record<string, readonly string[]> = {
  nodes: ['name'],
  storages: ['id'],
  users: ['id'],
  tokens: ['user', 'id'],
  groups: ['id'],
  roles: ['id'],
  acl: ['path', 'id', 'role'],
  pools: ['id'],
  guests: ['vmid'],
  volumes: ['storage', 'node', 'name'],
};

type Entry = { [key: string]: Json };

/** A world of one cluster from layers, lowest first. An entry with `gone: true` removes its namesake. */
export function buildWorld(layers: readonly Layer[]): World {
  const cluster: Entry = {};
  for (const layer of layers) {
    for (const [key, value] of Object.entries(layer)) {
      const entries = Array.isArray(value) && key === 'tasks' ? value.map(completeTask) : value;
      cluster[key] = Array.isArray(entries) ? mergeLists(cluster[key], entries, IDENTITIES[key]) : entries;
    }
  }
  const world = { clusters: [{ id: 'recorded', ...cluster }] };
  const checked = worldSchema.safeParse(world);
  if (checked.success) return checked.data;
  throw new SetupError('SETUP_WORLD', `The layers make no world:\n${z.prettifyError(checked.error)}`);
}

/** A task may be written as its UPID, which tells all but how long it took (`seconds`) and how it ended. */
function completeTask(task: Json): Json {
  if (!isEntry(task) || typeof task['upid'] !== 'string') return task;
  const { upid, seconds = 0, ...rest } = task;
  const [, node = '', , , start = '', type = '', id = '', user = ''] = upid.split(':');
  const startTime = Number.parseInt(start, 16);
  return { upid, node, type, id, user, startTime, endTime: startTime + Number(seconds), ...rest };
}

function mergeLists(below: Json | undefined, above: readonly Json[], identity?: readonly string[]): Json[] {
  const list = Array.isArray(below) ? below : [];
  if (identity === undefined) return [...list, ...above];
  const nameOf = (entry: Json) =>
    JSON.stringify(identity.map((key) => (isEntry(entry) ? entry[key] : entry)));
  const merged = new Map(list.map((entry) => [nameOf(entry), entry]));
  for (const entry of above) {
    if (isEntry(entry) && entry['gone'] === true) merged.delete(nameOf(entry));
    else merged.set(nameOf(entry), entry);
  }
  return [...merged.values()];
}

function isEntry(value: Json): value is Entry {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** A setup for an installation that nobody described: its nodes as the recording names them, nothing on them. */
export function guessSetup(series: Series): Setup {
  const addresses = [...new Set(series.exchanges.map((exchange) => exchange.node))].sort();
  const paths = series.exchanges.map(
    (exchange) => /\/nodes\/([A-Za-z][\w-]*)/.exec(exchange.request.path)?.[1],
  );
  const named = [...new Set(paths.filter((name) => name !== undefined))];
  const nodes = addresses.map((_, index) => named[index] ?? `pve${index + 1}`);
  const content = ['images', 'rootdir', 'iso', 'vztmpl', 'backup', 'snippets'];
  const machine: Layer = {
    name: nodes.length > 1 ? 'cluster' : null,
    version: series.pve,
    nodes: nodes.map((name, index) => ({ name, ip: `10.0.0.${index + 1}` })),
    storages: [{ id: 'local', type: 'dir', path: '/var/lib/vz', content }],
    users: [{ id: 'root@pam', password: 'contract-password' }],
  };
  return {
    name: 'guessed',
    pve: series.pve,
    addresses: Object.fromEntries(addresses.map((address, index) => [address, nodes[index] ?? ''])),
    layers: { machine },
    base: ['machine'],
    later: [],
    series: {},
  };
}
