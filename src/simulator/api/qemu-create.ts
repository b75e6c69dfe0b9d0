import { isDriveKey, parseDrive, parseVolumeId } from '../engine/drives.ts';
import { createGuest } from '../engine/guests.ts';
import { describeError } from '../../errors/hub-error.ts';
import { refuse, refuseRights, WorkerKilled } from '../errors.ts';
import { checkDeviceRights, checkSerialRights } from '../guests/device-rights.ts';
import { composeBootOrder } from '../guests/boot-order.ts';
import { withGuestLock } from '../guests/guest-lock.ts';
import { renewMac } from '../guests/new-identity.ts';
import { placeDrive } from '../guests/place-drive.ts';
import { setRunning } from '../guests/power.ts';
import { removeGuest } from '../guests/remove-guest.ts';
import { checkVmOptions } from '../guests/option-rights.ts';
import { isRootUser, requireBridges, requireRight } from '../guests/rights.ts';
import { normaliseTags } from '../guests/tags.ts';
import { requireUsable } from '../storage/access.ts';
import { freeVolume, listVolumesOfGuest } from '../storage/allocate.ts';
import type { StorageCall } from '../storage/storage-lock.ts';
import { type ApiCall, forkWorker } from './call.ts';

const control = new Set([
  'node',
  'vmid',
  'pool',
  'storage',
  'start',
  'archive',
  'unique',
  'bwlimit',
  'force',
  'skiplock',
]);

/** `POST /nodes/{node}/qemu`: a new VM with its disks. */
export async function createVm(call: ApiCall): Promise<string> {
  const { cluster, identity, parameters } = call;
  const vmid = parameters.requireInteger('vmid');
  const pool = parameters.text('pool');
  const options = new Map(parameters.entries().filter(([key]) => !control.has(key)));
  const mayAllocate =
    cluster.permissions.has(identity, `/vms/${vmid}`, 'VM.Allocate') ||
    (pool !== undefined && cluster.permissions.has(identity, `/pool/${pool}`, 'VM.Allocate'));
  if (!mayAllocate) throw refuseRights();
  if (pool !== undefined && !cluster.pools.has(pool)) throw refuseRights(`pool '${pool}' does not exist`);
  checkDisks(call, options);
  checkOptionRights(call, options);
  requireBridges(cluster, identity, options);
  cluster.requireQuorum(call.node);
  const taken = cluster.guests.get(vmid);
  if (taken) {
    const kind = taken.type === 'qemu' ? 'VM' : 'CT';
    throw refuse(`unable to create VM ${vmid} - ${kind} ${vmid} already exists on node '${taken.node}'`);
  }
  return forkWorker(call, { type: 'qmcreate', id: vmid }, (work) =>
    run(work, { vmid, options, pool, start: parameters.flag('start') ?? false }),
  );
}

/** A pool that the caller may use stands in for the guest that is not there yet. */
function checkOptionRights(
  { cluster, identity, parameters }: ApiCall,
  options: ReadonlyMap<string, string>,
): void {
  if (isRootUser(identity)) return;
  const pool = parameters.text('pool');
  const asking = { cluster, identity, vmid: parameters.requireInteger('vmid'), pool };
  checkVmOptions(asking, [...options.keys()]);
  for (const [key, value] of options) {
    if (/^serial\d+$/.test(key)) checkSerialRights(asking, { key, values: [value], verb: 'set' });
    checkDeviceRights(asking, key, value);
  }
}

function checkDisks({ cluster, identity, node }: ApiCall, options: ReadonlyMap<string, string>): void {
  for (const [key, value] of options) {
    const id = isDriveKey(key) ? parseVolumeId(parseDrive(key, value).volume) : undefined;
    if (!id) continue;
    const storage = requireUsable(cluster, id.storage, node);
    requireRight(cluster, identity, `/storage/${storage.id}`, 'Datastore.AllocateSpace');
    if (!/media=cdrom/.test(value) && !storage.content.includes('images')) {
      throw refuse(`storage '${storage.id}' does not support content-type 'images'`);
    }
  }
}

interface Creation {
  readonly vmid: number;
  readonly options: ReadonlyMap<string, string>;
  readonly pool: string | undefined;
  readonly start: boolean;
}

async function run(call: StorageCall, { vmid, options, pool, start }: Creation): Promise<void> {
  const { cluster, node } = call;
  await withGuestLock(call, { type: 'qemu', vmid }, async () => {
    if (cluster.guests.get(vmid)) throw refuse(`unable to create VM ${vmid}: config file already exists`);
    const guest = createGuest({ vmid, type: 'qemu', node }, [['lock', 'create']]);
    cluster.guests.add(guest);
    try {
      const config = await composeConfig(call, { guest, options });
      cluster.guests.change(guest, () => {
        guest.config.clear();
        for (const [key, value] of config) guest.config.set(key, value);
      });
    } catch (error) {
      if (error instanceof WorkerKilled) throw error;
      for (const storage of cluster.storages.values()) {
        for (const volume of listVolumesOfGuest(cluster, storage, vmid)) await freeVolume(call, volume);
      }
      removeGuest(cluster, guest);
      throw refuse(`unable to create VM ${vmid} - ${describeError(error)}`);
    }
    if (pool !== undefined) cluster.pools.get(pool)?.guests.add(vmid);
    if (!start) return;
    call.worker.log('Execute autostart');
    setRunning(cluster, guest, true);
  });
}

async function composeConfig(
  call: StorageCall,
  {
    guest,
    options,
  }: { readonly guest: ReturnType<typeof createGuest>; readonly options: ReadonlyMap<string, string> },
): Promise<Map<string, string>> {
  const { cluster } = call;
  const config = new Map<string, string>();
  for (const [key, value] of [...options].toSorted(([left], [right]) => (left < right ? -1 : 1))) {
    if (isDriveKey(key))
      config.set(key, await placeDrive(call, { ...guest, config }, parseDrive(key, value)));
    else if (/^net\d+$/.test(key)) config.set(key, renewMac(cluster, 'qemu', value, true));
    else if (key === 'tags' && cluster.behaviour.sortsNewTags) config.set(key, normaliseTags(cluster, value));
    else config.set(key, value);
  }
  if (!config.has('boot')) config.set('boot', composeBootOrder(config));
  if (!config.has('smbios1')) config.set('smbios1', `uuid=${cluster.randomUuid()}`);
  if (!config.has('vmgenid')) config.set('vmgenid', cluster.randomUuid());
  config.set('meta', `creation-qemu=${cluster.world.qemu},ctime=${cluster.nowSeconds()}`);
  return config;
}
