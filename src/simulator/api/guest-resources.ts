import type { Cluster } from '../engine/cluster.ts';
import type { Guest } from '../engine/guests.ts';
import { describeServiceState } from '../engine/high-availability.ts';
import { findStatistics } from '../engine/statistics.ts';
import type { ApiCall } from './call.ts';

/** The guests' rows as JSON with commas between them; kept for the caller until something changes. */
export function joinGuestRows(call: ApiCall): string {
  const { cluster, identity } = call;
  const texts = findTexts(cluster);
  const pools = [...cluster.pools.values()].map((pool) => `${pool.id}=${[...pool.guests].join()}`);
  const caller = `${identity.user}!${identity.token ?? ''}`;
  const key = `${caller} ${findSide(call)} ${cluster.access.revision} ${pools.join(';')}`;
  const found = texts.get(key) ?? listGuestTexts(call, texts).join(',');
  texts.set(key, found);
  return found;
}

/** From where the cluster is looked at: it matters only while the network is in parts. */
function findSide({ cluster, contacted }: ApiCall): string {
  return cluster.faults.find('partition') ? contacted : '';
}

/** JSON texts of the guests' rows, by VMID as text. */
function listGuestTexts(call: ApiCall, texts: Map<string, string>): string[] {
  const { cluster, identity } = call;
  return cluster.guests
    .list()
    .filter((guest) => cluster.permissions.has(identity, `/vms/${guest.vmid}`, 'VM.Audit'))
    .map((guest) => ({ guest, key: String(guest.vmid) }))
    .toSorted((left, right) => (left.key < right.key ? -1 : 1))
    .map(({ guest }) => describeGuest(call, guest, texts));
}

/** Rows are written once a broadcast or change, and kept as text. */
function findTexts({ clock, guests, statistics }: Cluster): Map<string, string> {
  const stamp = `${guests.revision} ${statistics.generation} ${Math.floor(clock.now() / 10_000)}`;
  if (statistics.rows.stamp !== stamp) statistics.rows = { stamp, texts: new Map() };
  return statistics.rows.texts;
}

function describeGuest(call: ApiCall, guest: Guest, texts: Map<string, string>): string {
  const { cluster, identity } = call;
  const pool = cluster.findPoolOf(`/vms/${guest.vmid}`);
  const shown =
    pool !== undefined && cluster.permissions.has(identity, `/pool/${pool}`, 'Pool.Audit') ? pool : '';
  const key = `${guest.vmid} ${findSide(call)} ${shown}`;
  const found = texts.get(key) ?? JSON.stringify(composeGuestRow(call, guest, shown));
  texts.set(key, found);
  return found;
}

/** Live are the guest's place, lock, tags and pool; all else is as old as the last broadcast. */
function composeGuestRow(call: ApiCall, guest: Guest, pool: string): object {
  const lock = guest.config.get('lock');
  const tags = guest.config.get('tags');
  return {
    ...describeMember(call, guest),
    ...(lock ? { lock } : {}),
    ...(tags ? { tags } : {}),
    ...(pool ? { pool } : {}),
    ...(guest.ha === undefined ? {} : { hastate: describeServiceState(guest) }),
  };
}

/** A guest as a member of a pool: without lock, tags and pool. */
export function describeMember({ cluster, contacted }: ApiCall, { vmid, type, node }: Guest): object {
  const place = { id: `${type}/${vmid}`, type, vmid, node };
  const statistics = findStatistics(cluster, { vmid, viewer: contacted });
  if (!statistics) return { ...place, status: 'unknown' };
  const { at: _at, ...figures } = statistics;
  return { ...place, ...figures };
}
