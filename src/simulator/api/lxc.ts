import { z } from 'zod';
import { changeDrive, formatDrive, listDrives, parseVolumeId } from '../engine/drives.ts';
import { type Guest, isTemplate } from '../engine/guests.ts';
import { describeVolume } from '../engine/volumes.ts';
import { refuse, refuseParameters } from '../errors.ts';
import { takeVmid } from '../faults/take-vmid.ts';
import { beginContainerClone, cloneContainer, type ContainerClone } from '../guests/clone-container.ts';
import { checkDestruction, destroyGuest } from '../guests/destroy-guest.ts';
import { guestSupports, supportsFeature } from '../guests/features.ts';
import { requireGuest, requireUnlocked, withGuestLock } from '../guests/guest-lock.ts';
import { checkTargetStorages } from '../guests/migration-plan.ts';
import { readChange } from '../guests/config-change.ts';
import { applyChange, checkChangeRights, checkUnchanged } from '../guests/update-config.ts';
import { convertToBase } from '../storage/base.ts';
import type { StorageCall } from '../storage/storage-lock.ts';
import { type ApiCall, forkWorker, type Handlers, workInRequest } from './call.ts';
import { showGuestConfig } from './guest-config.ts';
import { describeCurrent, describeLiveGuest } from './guest-rows.ts';
import { forkMigration, readStorageMap } from './migration.ts';
import { powerHandlers } from './power.ts';
import { snapshotHandlers } from './snapshots.ts';
import { listGuests } from './list-guests.ts';
import type { Endpoint } from './schema.ts';

/** Containers of a node. `options` are the keys of a container's configuration. */
export function makeLxcHandlers(options: Endpoint['parameters']): Handlers {
  const base = '/nodes/{node}/lxc/{vmid}';
  return {
    'GET /nodes/{node}/lxc': (call) =>
      listGuests(call, 'lxc').map((guest) => describeLiveGuest(call.cluster, guest)),
    [`GET ${base}/config`]: (call) => showGuestConfig(call, findContainer(call), options),
    [`PUT ${base}/config`]: update,
    [`GET ${base}/status/current`]: (call) => describeCurrent(call.cluster, findContainer(call)),
    [`GET ${base}/feature`]: getFeature,
    [`POST ${base}/clone`]: clone,
    [`POST ${base}/template`]: convert,
    [`GET ${base}/migrate`]: precheck,
    [`POST ${base}/migrate`]: migrate,
    [`DELETE ${base}`]: destroy,
    ...powerHandlers('lxc'),
    ...snapshotHandlers('lxc'),
  };
}

function findContainer({ cluster, node, parameters }: ApiCall): Guest {
  return requireGuest(cluster, 'lxc', { node, vmid: parameters.requireInteger('vmid') });
}

async function update(call: ApiCall): Promise<null> {
  const change = readChange(call.identity, call.parameters.entries());
  const guest = findContainer(call);
  checkChangeRights(call.cluster, guest, change);
  const work = workInRequest(call);
  await withGuestLock(work, { type: 'lxc', vmid: guest.vmid }, async () => {
    checkUnchanged(guest, change);
    await applyChange(work, guest, change);
  });
  return null;
}

function getFeature(call: ApiCall): object {
  const guest = findContainer(call);
  const feature = z.enum(['snapshot', 'clone', 'copy']).parse(call.parameters.require('feature'));
  const snapshot = call.parameters.text('snapname');
  return { hasFeature: guestSupports(call.cluster, guest, { feature, snapshot }) ? 1 : 0 };
}

async function clone(call: ApiCall): Promise<string> {
  const { cluster, identity, node, parameters } = call;
  const target = parameters.text('target');
  const request: ContainerClone = {
    identity,
    node,
    vmid: parameters.requireInteger('vmid'),
    newid: parameters.requireInteger('newid'),
    full: parameters.flag('full'),
    hostname: parameters.text('hostname'),
    description: parameters.text('description'),
    pool: parameters.text('pool'),
    snapname: parameters.text('snapname'),
    storage: parameters.text('storage'),
    target: target === node || target === 'localhost' ? undefined : target,
    bwlimit: parameters.integer('bwlimit'),
  };
  takeVmid(cluster, request.newid, node);
  const started = beginContainerClone(cluster, request);
  return forkWorker(call, { type: 'vzclone', id: request.vmid }, (work) =>
    cloneContainer(work, request, started),
  );
}

/** Answers null although a worker runs: its end shows only in the tasks and in the configuration. */
async function convert(call: ApiCall): Promise<null> {
  const { cluster } = call;
  const guest = findContainer(call);
  requireUnlocked(guest);
  if (guest.snapshots.size > 0) throw refuse('unable to create template, because CT contains snapshots');
  if (isTemplate(guest)) throw refuse(`you can't convert a template to a template`);
  if (guest.running) throw refuse(`you can't convert a CT to template if the CT is running`);
  await forkWorker(call, { type: 'vztemplate', id: guest.vmid }, async (work) => {
    await convertVolumes(work, guest);
    cluster.guests.change(guest, ({ config }) => config.set('template', '1'));
    cluster.counts.conversions += 1;
  });
  return null;
}

async function convertVolumes(call: StorageCall, guest: Guest): Promise<void> {
  const { cluster, node } = call;
  const drives = listDrives(guest.config);
  const unfit = drives.find((drive) => !supportsFeature(cluster, drive, { feature: 'template' }));
  if (unfit) throw refuse(`Template feature is not available for '${unfit.volume}'`);
  for (const drive of drives) {
    const id = parseVolumeId(drive.volume);
    const volume = id && cluster.volumes.find(id.storage, id.name, node);
    if (!volume) throw refuse(`no such volume '${drive.volume}'`);
    const line = formatDrive(changeDrive(drive, describeVolume(await convertToBase(call, volume))));
    cluster.guests.change(guest, ({ config }) => config.set(drive.key, line));
  }
}

function precheck({ cluster, node, parameters }: ApiCall): object {
  const guest = requireGuest(cluster, 'lxc', { node, vmid: parameters.requireInteger('vmid') });
  const others = [...cluster.nodes.keys()].filter((name) => name !== node);
  return { running: guest.running ? 1 : 0, 'allowed-nodes': others, 'not-allowed-nodes': {} };
}

async function migrate(call: ApiCall): Promise<string> {
  const { cluster, node, parameters } = call;
  const target = parameters.require('target');
  if (target === node || target === 'localhost') throw refuseParameters({ target: 'target is local node.' });
  cluster.requireQuorum(node);
  cluster.requireNode(target);
  const guest = findContainer(call);
  requireUnlocked(guest);
  if (guest.running && !parameters.flag('restart')) {
    throw refuse(`can't migrate running container without --online or --restart`);
  }
  const map = readStorageMap(call, guest);
  checkTargetStorages(cluster, guest, { target, map });
  return forkMigration(call, { guest, target, map });
}

/** Other than for a VM, a lock in the configuration is looked at in the request. */
async function destroy(call: ApiCall): Promise<string> {
  const guest = findContainer(call);
  const what = {
    purge: call.parameters.flag('purge') ?? false,
    unreferenced: call.parameters.flag('destroy-unreferenced-disks') ?? false,
  };
  checkDestruction(guest, what);
  if (guest.running && !call.parameters.flag('force')) {
    throw refuse(`unable to destroy CT ${guest.vmid} - container is running`);
  }
  return forkWorker(call, { type: 'vzdestroy', id: guest.vmid }, (work) => destroyGuest(work, guest, what));
}
