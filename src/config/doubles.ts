import { formatEndpoint } from '../names/endpoint.ts';
import { clusterEntrySchema } from './cluster-entry.ts';
import type { ConfigFault } from './config-error.ts';
import { listPlaces } from './places.ts';

const { id: idSchema, host: hostSchema, port: portSchema } = clusterEntrySchema.shape;

/**
 * Entries that name the same cluster, by id or by a place that both ask; whatever else is wrong with them. One host
 * may serve several clusters, on different ports.
 */
export function findDoubles(
  entries: readonly unknown[],
  nameEntry: (index: number) => string,
): ConfigFault[] {
  const seen = new Map<string, number>();
  return entries.flatMap((entry, index) =>
    [...new Set(listNames(entry))].flatMap((name): ConfigFault[] => {
      const first = seen.get(name);
      if (first === undefined) seen.set(name, index);
      if (first === undefined || first === index) return [];
      return [{ where: nameEntry(index), message: `has the same ${name} as ${nameEntry(first)}` }];
    }),
  );
}

/** What stands for an entry's cluster alone: its id, and each place that it is asked at. */
function listNames(entry: unknown): string[] {
  if (typeof entry !== 'object' || entry === null) return [];
  const id = idSchema.safeParse('id' in entry ? entry.id : undefined);
  const host = hostSchema.safeParse('host' in entry ? entry.host : undefined);
  const port = portSchema.safeParse('port' in entry ? entry.port : undefined);
  const places = host.success ? listPlaces({ host: host.data, port: port.data }) : [];
  return [
    ...(id.success ? [`id "${id.data}"`] : []),
    ...places.map((place) => `host ${formatEndpoint(place).toLowerCase()}`),
  ];
}
