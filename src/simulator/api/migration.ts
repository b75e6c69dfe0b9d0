import type { Cluster } from '../engine/cluster.ts';
import { isCdrom, listVolumesOf, parseVolumeId } from '../engine/drives.ts';
import type { Guest } from '../engine/guests.ts';
import { isHaManaged } from '../engine/high-availability.ts';
import { refuse, refuseParameters } from '../errors.ts';
import { requireGuest, requireUnlocked } from '../guests/guest-lock.ts';
import { listLocalResources, listMissingMappings, type LocalResources } from '../guests/host-devices.ts';
import { requestLater } from '../guests/ha-requests.ts';
import { migrateGuest } from '../guests/migrate-guest.ts';
import { checkTargetStorages, parseStorageMap, type StorageMap } from '../guests/migration-plan.ts';
import type { Migration } from '../guests/prepare-migration.ts';
import { requireOwnOption, requireRight } from '../guests/rights.ts';
import { isUsable } from '../storage/access.ts';
import type { StorageCall } from '../storage/storage-lock.ts';
import { type ApiCall, forkWorker } from './call.ts';

/** `POST …/qemu/{vmid}/migrate`. */
export async function migrateVm(call: ApiCall): Promise<string> {
  const { cluster, identity, node, parameters } = call;
  const target = parameters.require('target');
  if (target === node || target === 'localhost') throw refuseParameters({ target: 'target is local node.' });
  cluster.requireQuorum(node);
  cluster.requireNode(target);
  for (const option of ['force', 'migration_type', 'migration_network']) {
    if (parameters.has(option)) requireOwnOption(identity, option);
  }
  const guest = requireGuest(cluster, 'qemu', { node, vmid: parameters.requireInteger('vmid') });
  requireUnlocked(guest);
  if (guest.running && !parameters.flag('online')) throw refuse(`can't migrate running VM without --online`);
  const map = readStorageMap(call, guest);
  checkTargetStorages(cluster, guest, { target, map });
  const withLocalDisks = parameters.flag('with-local-disks');
  return forkMigration(call, { guest, target, map, force: parameters.flag('force'), withLocalDisks });
}

/** A task that moves the guest; where high availability looks after it, one that only asks for that. */
export function forkMigration(call: ApiCall, migration: Migration): Promise<string> {
  const { guest, target } = migration;
  const type = guest.type === 'qemu' ? 'qmigrate' : 'vzmigrate';
  const run = (work: StorageCall): Promise<void> => migrateGuest(work, migration);
  if (!isHaManaged(guest)) return forkWorker(call, { type, id: guest.vmid }, run);
  return forkWorker(call, { type: 'hamigrate', id: guest.vmid }, async ({ worker }) => {
    const kind = guest.type === 'qemu' ? 'VM' : 'CT';
    worker.log(`Requesting HA migration for ${kind} ${guest.vmid} to node ${target}`);
    requestLater(call.cluster, guest, { type, run });
  });
}

/** The storage map of a migration, with the rights that mapping needs. */
export function readStorageMap({ cluster, identity, parameters }: ApiCall, guest: Guest): StorageMap {
  const text = parameters.text('targetstorage') ?? parameters.text('target-storage');
  const map = parseStorageMap(text);
  if (text === undefined) return map;
  requireRight(cluster, identity, `/vms/${guest.vmid}`, 'VM.Config.Disk');
  const targets = [
    ...map.pairs.values(),
    ...(map.fallback === undefined || map.fallback === '1' ? [] : [map.fallback]),
  ];
  for (const storage of targets)
    requireRight(cluster, identity, `/storage/${storage}`, 'Datastore.AllocateSpace');
  return map;
}

/** `GET …/qemu/{vmid}/migrate`: what stands in the way, by definitions only. */
export function precheckMigration({ cluster, node, parameters }: ApiCall): object {
  const guest = requireGuest(cluster, 'qemu', { node, vmid: parameters.requireInteger('vmid') });
  requireUnlocked(guest);
  cluster.requireQuorum(node);
  const target = parameters.text('target');
  const others = [...cluster.nodes.keys()].filter(
    (name) => name !== node && (target === undefined || name === target),
  );
  const checked = new Map(others.map((name) => [name, describeObstacles(cluster, guest, name)]));
  const { local, mapped } = listLocalResources(guest.config, guest.running);
  const isOld = cluster.behaviour.major < 8;
  return {
    running: guest.running ? 1 : 0,
    local_disks: listLocalDisks(cluster, guest),
    local_resources: local,
    ...(isOld ? {} : describeMapped(mapped)),
    ...(guest.running ? {} : describeNodes(checked)),
  };
}

function describeMapped(mapped: LocalResources['mapped']): object {
  return {
    'mapped-resources': mapped.map(({ key }) => key),
    'mapped-resource-info': Object.fromEntries(mapped.map(({ key, name }) => [key, { name }])),
  };
}

function describeNodes(checked: ReadonlyMap<string, object>): object {
  const isFine = (obstacles: object): boolean => Object.keys(obstacles).length === 0;
  return {
    allowed_nodes: [...checked].filter(([, obstacles]) => isFine(obstacles)).map(([name]) => name),
    not_allowed_nodes: Object.fromEntries(checked),
  };
}

/** What a node lacks, by definitions only; empty when nothing is in the way. */
function describeObstacles(cluster: Cluster, guest: Guest, node: string): object {
  const storages = listUnavailable(cluster, guest, node);
  const devices = listMissingMappings(cluster, guest.config, node);
  return {
    ...(storages.length > 0 ? { unavailable_storages: storages } : {}),
    ...(devices.length > 0 ? { 'unavailable-resources': devices } : {}),
  };
}

function listUnavailable(cluster: Cluster, guest: Guest, node: string): string[] {
  const used = new Set(
    listVolumesOf(guest.config).flatMap((drive) => parseVolumeId(drive.volume)?.storage ?? []),
  );
  return [...used].filter((id) => {
    const storage = cluster.storages.get(id);
    return !storage || !isUsable(storage, node);
  });
}

function listLocalDisks(cluster: Cluster, guest: Guest): object[] {
  return listVolumesOf(guest.config).flatMap((drive) => {
    const id = parseVolumeId(drive.volume);
    if (!id || cluster.storages.get(id.storage)?.shared) return [];
    const isUnused = drive.key.startsWith('unused');
    return [
      {
        cdrom: isCdrom(drive) ? 1 : 0,
        drivename: drive.key,
        is_attached: isUnused ? 0 : 1,
        is_tpmstate: drive.key === 'tpmstate0' ? 1 : 0,
        is_unused: isUnused ? 1 : 0,
        is_vmstate: 0,
        replicate: 1,
        shared: 0,
        size: cluster.volumes.find(id.storage, id.name, guest.node)?.size ?? 0,
        volid: drive.volume,
      },
    ];
  });
}
