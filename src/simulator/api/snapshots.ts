import { digestGuest, type Guest } from '../engine/guests.ts';
import { refuse } from '../errors.ts';
import { requireGuest } from '../guests/guest-lock.ts';
import { takeSnapshot } from '../guests/take-snapshot.ts';
import { type ApiCall, forkWorker, type Handlers } from './call.ts';

/** Making and listing snapshots of VMs or containers. */
export function snapshotHandlers(type: Guest['type']): Handlers {
  const path = `/nodes/{node}/${type}/{vmid}/snapshot`;
  const find = ({ cluster, node, parameters }: ApiCall): Guest =>
    requireGuest(cluster, type, { node, vmid: parameters.requireInteger('vmid') });
  return {
    [`GET ${path}`]: (call) => listSnapshots(find(call)),
    [`POST ${path}`]: (call) => makeSnapshot(call, find(call)),
  };
}

function listSnapshots(guest: Guest): object[] {
  const parentOf = (config: Readonly<Record<string, string>>): object =>
    config['parent'] === undefined ? {} : { parent: config['parent'] };
  const made = [...guest.snapshots.values()].map(({ name, time, config }) => ({
    name,
    snaptime: time,
    description: config['description'] ?? '',
    ...(guest.type === 'qemu' ? { vmstate: 0 } : {}),
    ...parentOf(config),
  }));
  const current = {
    name: 'current',
    description: 'You are here!',
    digest: digestGuest(guest),
    ...(guest.type === 'qemu' ? { running: guest.running ? 1 : 0 } : {}),
    ...parentOf(Object.fromEntries(guest.config)),
  };
  return [...made, current];
}

function makeSnapshot(call: ApiCall, guest: Guest): Promise<string> {
  const name = call.parameters.require('snapname');
  if (name === 'current' || name === 'pending')
    throw refuse(`unable to use snapshot name '${name}' (reserved name)`);
  const request = { name, description: call.parameters.text('description') };
  const type = guest.type === 'qemu' ? 'qmsnapshot' : 'vzsnapshot';
  return forkWorker(call, { type, id: guest.vmid }, (work) => takeSnapshot(work, guest, request));
}
