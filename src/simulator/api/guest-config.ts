import { digestConfig } from '../engine/config-text.ts';
import type { Cluster } from '../engine/cluster.ts';
import type { Guest } from '../engine/guests.ts';
import { refuse } from '../errors.ts';
import type { ApiCall } from './call.ts';
import { findRule } from './check-parameters.ts';
import type { Endpoint } from './schema.ts';

/** A config as the API shows it: integers and booleans as numbers, all else as text. */
export function showConfig(
  cluster: Cluster,
  config: ReadonlyMap<string, string>,
  options: Endpoint['parameters'],
): Record<string, unknown> {
  const shown = [...config].map(
    ([key, value]) => [key, showValue(cluster, { key, value, options })] as const,
  );
  return Object.fromEntries(shown);
}

/** `GET …/config`. */
export function showGuestConfig(
  { cluster, parameters }: ApiCall,
  guest: Guest,
  options: Endpoint['parameters'],
): object {
  const name = parameters.text('snapshot');
  if (name === undefined)
    return { ...showConfig(cluster, guest.config, options), digest: digestConfig(guest.config) };
  const snapshot = guest.snapshots.get(name);
  if (!snapshot) throw refuse(`snapshot '${name}' does not exist`);
  const config = new Map(Object.entries(snapshot.config));
  return {
    ...showConfig(cluster, config, options),
    snaptime: snapshot.time,
    digest: digestConfig(guest.config),
  };
}

function showValue(
  { behaviour }: Cluster,
  { key, value, options }: { key: string; value: string; options: Endpoint['parameters'] },
): unknown {
  if (key === 'cipassword') return '**********';
  if (key === 'memory' && !behaviour.memoryAsText) return Number(value);
  const type = findRule(options, key)?.type;
  return (type === 'integer' || type === 'boolean') && /^\d+$/.test(value) ? Number(value) : value;
}
