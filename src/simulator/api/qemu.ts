import { checkConversion, convertVm } from '../guests/convert-template.ts';
import { cloneVm } from '../guests/clone-vm.ts';
import { type CloneRequest, planClone, requireSource } from '../guests/clone-plan.ts';
import { checkDestruction, destroyGuest } from '../guests/destroy-guest.ts';
import { guestSupports, listSharedNodes } from '../guests/features.ts';
import { requireGuest } from '../guests/guest-lock.ts';
import { resizeDisk } from '../guests/resize-disk.ts';
import { requireOwnOption } from '../guests/rights.ts';
import { takeVmid } from '../faults/take-vmid.ts';
import type { Guest } from '../engine/guests.ts';
import { refuse } from '../errors.ts';
import { z } from 'zod';
import type { ApiCall, Handlers } from './call.ts';
import { forkWorker, workInRequest } from './call.ts';
import { listGuests } from './list-guests.ts';
import { describeCurrent, describeLiveGuest } from './guest-rows.ts';
import { showGuestConfig } from './guest-config.ts';
import { migrateVm, precheckMigration } from './migration.ts';
import { powerHandlers } from './power.ts';
import { snapshotHandlers } from './snapshots.ts';
import type { Endpoint } from './schema.ts';
import { updateAsync, updateNow } from './qemu-config.ts';
import { createVm } from './qemu-create.ts';

/** Virtual machines of a node. `options` are the keys of a VM's configuration. */
export function makeQemuHandlers(options: Endpoint['parameters']): Handlers {
  const base = '/nodes/{node}/qemu/{vmid}';
  return {
    'GET /nodes/{node}/qemu': listVms,
    'POST /nodes/{node}/qemu': createVm,
    [`GET ${base}`]: () =>
      ['config', 'pending', 'clone', 'migrate', 'feature', 'status', 'template'].map((subdir) => ({
        subdir,
      })),
    [`DELETE ${base}`]: destroyVm,
    [`GET ${base}/config`]: (call) => showGuestConfig(call, findVm(call), options),
    [`GET ${base}/pending`]: (call) => listPending(call, options),
    [`PUT ${base}/config`]: (call) => updateNow(call, options),
    [`POST ${base}/config`]: (call) => updateAsync(call, options),
    [`GET ${base}/status`]: () => ['current', 'start', 'stop', 'shutdown'].map((subdir) => ({ subdir })),
    [`GET ${base}/status/current`]: (call) => describeCurrent(call.cluster, findVm(call)),
    [`GET ${base}/feature`]: getFeature,
    [`POST ${base}/clone`]: clone,
    [`POST ${base}/template`]: convert,
    [`PUT ${base}/resize`]: resize,
    [`GET ${base}/migrate`]: precheckMigration,
    [`POST ${base}/migrate`]: migrateVm,
    ...powerHandlers('qemu'),
    ...snapshotHandlers('qemu'),
  };
}

/** With `full` the guests' own monitors are asked too. */
function listVms(call: ApiCall): object[] {
  const isFull = call.parameters.flag('full') ?? false;
  return listGuests(call, 'qemu').map((guest) => ({
    ...describeLiveGuest(call.cluster, guest),
    ...(isFull ? { qmpstatus: guest.running ? 'running' : 'stopped' } : {}),
  }));
}

function findVm({ cluster, node, parameters }: ApiCall): Guest {
  return requireGuest(cluster, 'qemu', { node, vmid: parameters.requireInteger('vmid') });
}

function listPending(call: ApiCall, options: Endpoint['parameters']): object[] {
  return Object.entries(showGuestConfig(call, findVm(call), options)).map(([key, value]) => ({ key, value }));
}

function getFeature(call: ApiCall): object {
  const guest = findVm(call);
  const snapshot = call.parameters.text('snapname');
  if (snapshot !== undefined && !guest.snapshots.has(snapshot))
    throw refuse(`snapshot '${snapshot}' does not exist`);
  const feature = z.enum(['snapshot', 'clone', 'copy']).parse(call.parameters.require('feature'));
  const nodes = listSharedNodes(call.cluster, guest);
  return { hasFeature: guestSupports(call.cluster, guest, { feature, snapshot }) ? 1 : 0, nodes };
}

async function clone(call: ApiCall): Promise<string> {
  const { cluster, identity, node, parameters } = call;
  const target = parameters.text('target');
  const request: CloneRequest = {
    identity,
    node,
    vmid: parameters.requireInteger('vmid'),
    newid: parameters.requireInteger('newid'),
    full: parameters.flag('full'),
    name: parameters.text('name'),
    description: parameters.text('description'),
    pool: parameters.text('pool'),
    snapname: parameters.text('snapname'),
    storage: parameters.text('storage'),
    format: parameters.text('format'),
    target: target === node || target === 'localhost' ? undefined : target,
    bwlimit: parameters.integer('bwlimit'),
  };
  takeVmid(cluster, request.newid, node);
  const wasRunning = requireSource(cluster, request).running;
  planClone(cluster, request, wasRunning);
  return forkWorker(call, { type: 'qmclone', id: request.vmid }, (work) =>
    cloneVm(work, request, wasRunning),
  );
}

async function resize(call: ApiCall): Promise<string | null> {
  const { cluster, parameters } = call;
  const guest = findVm(call);
  const wanted = {
    disk: parameters.require('disk'),
    size: parameters.require('size'),
    digest: parameters.text('digest'),
  };
  if (cluster.behaviour.major >= 8) {
    return forkWorker(call, { type: 'resize', id: guest.vmid }, (work) => resizeDisk(work, guest, wanted));
  }
  await resizeDisk(workInRequest(call), guest, wanted);
  return null;
}

async function convert(call: ApiCall): Promise<string> {
  const guest = findVm(call);
  const disk = call.parameters.text('disk');
  checkConversion(guest, disk);
  return forkWorker(call, { type: 'qmtemplate', id: guest.vmid }, (work) => convertVm(work, guest, disk));
}

async function destroyVm(call: ApiCall): Promise<string> {
  const { parameters } = call;
  if (parameters.flag('skiplock')) requireOwnOption(call.identity, 'skiplock');
  const guest = findVm(call);
  const what = {
    purge: parameters.flag('purge') ?? false,
    unreferenced: parameters.flag('destroy-unreferenced-disks') ?? false,
    skipLock: parameters.flag('skiplock') ?? false,
  };
  checkDestruction(guest, what);
  return forkWorker(call, { type: 'qmdestroy', id: guest.vmid }, (work) => destroyGuest(work, guest, what));
}
