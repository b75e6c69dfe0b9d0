import type { Cluster } from '../engine/cluster.ts';
import { measureGuest } from '../engine/figures.ts';
import { type Guest, isTemplate } from '../engine/guests.ts';
import { describeServiceState, isHaManaged } from '../engine/high-availability.ts';
import { describeGuestName } from '../engine/statistics.ts';

/** A guest's row in its node's list: read live from its configuration. */
export function describeLiveGuest(cluster: Cluster, guest: Guest): Record<string, unknown> {
  const { maxcpu, diskread, diskwrite, ...figures } = measureGuest(cluster, guest, cluster.clock.now());
  const lock = guest.config.get('lock');
  const tags = guest.config.get('tags');
  const row = {
    vmid: guest.vmid,
    name: describeGuestName(guest.type, guest.vmid, guest.config),
    ...figures,
    cpus: maxcpu,
    ...(guest.running ? { pid: guest.pid } : {}),
    ...(isTemplate(guest) ? { template: 1 } : {}),
    ...(lock ? { lock } : {}),
    ...(tags ? { tags } : {}),
  };
  if (guest.type === 'lxc') return { ...row, diskread, diskwrite, ...describeContainer(cluster, guest) };
  return { ...row, ...(cluster.behaviour.hasMemhost ? describeHostShare(guest, figures.mem) : {}) };
}

/** From 9.0 on: what the guest costs its host. */
function describeHostShare(guest: Guest, memhost: number): object {
  const pressures = ['cpu', 'io', 'memory'].flatMap((what) => [`pressure${what}some`, `pressure${what}full`]);
  return { memhost, ...Object.fromEntries(guest.running ? pressures.map((name) => [name, 0]) : []) };
}

function describeContainer(cluster: Cluster, guest: Guest): object {
  const swap = Number(guest.config.get('swap') ?? 512) * 1024 ** 2;
  const vmid = cluster.behaviour.lxcVmidAsText ? String(guest.vmid) : guest.vmid;
  return { vmid, type: 'lxc', swap: 0, maxswap: swap };
}

function describeHa(guest: Guest): object {
  return isHaManaged(guest) ? { managed: 1, state: describeServiceState(guest) } : { managed: 0 };
}

/** `GET …/status/current`. */
export function describeCurrent(cluster: Cluster, guest: Guest): Record<string, unknown> {
  const row = describeLiveGuest(cluster, guest);
  const ha = { ha: describeHa(guest) };
  // Templates show their flag only in the list.
  if (guest.type === 'lxc') return { ...row, ...ha };
  const nics = Object.fromEntries(
    [...guest.config.keys()]
      .filter((key) => guest.running && /^net\d+$/.test(key))
      .map((key) => [`tap${guest.vmid}i${key.slice(3)}`, { netin: row['netin'], netout: row['netout'] }]),
  );
  return {
    ...row,
    ...ha,
    qmpstatus: guest.running ? 'running' : 'stopped',
    ...(Object.keys(nics).length > 0 ? { nics } : {}),
  };
}
