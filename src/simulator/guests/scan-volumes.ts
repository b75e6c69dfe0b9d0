import type { Cluster } from '../engine/cluster.ts';
import { type Drive, isCloudinit, listDrives, parseVolumeId } from '../engine/drives.ts';
import type { Guest } from '../engine/guests.ts';
import type { Volume } from '../engine/volumes.ts';
import { refuse } from '../errors.ts';
import { isBaseInUse } from '../storage/base.ts';
import { isTpmState } from './fixed-disks.ts';
import type { MigrationLog } from './migration-log.ts';
import {
  isIso,
  listLocalDrives,
  listLocalVolumes,
  type LocalVolume,
  type StorageMap,
} from './migration-plan.ts';

/** What a look through the volumes depends on. */
export interface Scan {
  readonly guest: Guest;
  readonly map: StorageMap;
  /** Disks of the node may be copied while the guest runs. */
  readonly withLocalDisks?: boolean | undefined;
}

/** Looks through a guest's volumes before a migration, tells what is local, and refuses what cannot move. */
export function scanVolumes(cluster: Cluster, scan: Scan, log: MigrationLog): LocalVolume[] {
  const { guest } = scan;
  const locals = listLocalVolumes(cluster, guest, scan.map);
  if (guest.type === 'lxc') scanOfContainer(cluster, guest, log);
  else scanOfVm(cluster, scan, log);
  return locals;
}

function scanOfVm(cluster: Cluster, scan: Scan, log: MigrationLog): void {
  const { guest } = scan;
  const drives = listLocalDrives(cluster, guest);
  for (const drive of drives) log.write(describeDrive(drive));
  const blocked = drives.flatMap((drive) => {
    const reason = explainBlocked(cluster, scan, drive);
    return reason === undefined ? [] : [`can't migrate local disk '${drive.volume}': ${reason}`];
  });
  const host = listDrives(guest.config).filter(({ volume }) => volume === 'cdrom');
  const lines = [...blocked, ...host.map(() => `can't migrate local cdrom drive`)];
  for (const line of lines) log.write(line);
  if (lines.length > 0) throw refuse(`Problem found while scanning volumes - can't migrate VM - check log`);
  for (const drive of drives) {
    const base = findBaseName(findVolume(cluster, guest, drive));
    if (base === undefined) continue;
    const reason = `can't migrate '${drive.volume}' as it's a clone of '${base}'`;
    throw refuse(
      `Problem found while scanning volumes - ${reason} at /usr/share/perl5/PVE/QemuMigrate.pm line 540.`,
    );
  }
}

function describeDrive(drive: Drive): string {
  const { volume, key } = drive;
  if (isCloudinit(drive) || isTpmState(drive))
    return `found generated disk '${volume}' (in current VM config)`;
  if (volume.startsWith('/')) return `found local disk '${volume}'`;
  return `found local disk '${volume}' (${key.startsWith('unused') ? 'unused' : 'attached'})`;
}

/** Why a drive keeps a VM from moving, as the log words it behind the volume; undefined when it does not. */
function explainBlocked(cluster: Cluster, { guest, withLocalDisks }: Scan, drive: Drive): string | undefined {
  if (drive.volume.startsWith('/')) return 'local file/device';
  if (isCloudinit(drive)) return undefined;
  const isAttached = !isTpmState(drive) && !drive.key.startsWith('unused');
  if (guest.running && isAttached && !withLocalDisks)
    return `can't live migrate attached local disks without with-local-disks option`;
  if (isIso(drive)) return 'local cdrom image';
  const volume = findVolume(cluster, guest, drive);
  if (volume?.vmid !== undefined && volume.vmid !== guest.vmid)
    return `owned by other VM (owner = VM ${volume.vmid})`;
  return volume && isBaseInUse({ cluster }, volume) ? 'referenced by linked clone(s)' : undefined;
}

function scanOfContainer(cluster: Cluster, guest: Guest, log: MigrationLog): void {
  for (const drive of listDrives(guest.config)) {
    const id = parseVolumeId(drive.volume);
    if (id && cluster.storages.get(id.storage)?.shared)
      log.write(`volume '${drive.volume}' is on shared storage '${id.storage}'`);
  }
  const drives = listLocalDrives(cluster, guest);
  for (const { volume } of drives) log.write(`found local volume '${volume}' (in current VM config)`);
  const lines = drives.flatMap((drive) => {
    const volume = findVolume(cluster, guest, drive);
    const base = findBaseName(volume);
    const isForeign = volume?.vmid !== undefined && volume.vmid !== guest.vmid;
    if (!isForeign && base === undefined) return [];
    const reason = isForeign
      ? `owned by other guest (owner = ${volume.vmid})`
      : `clone of '${base}' at /usr/share/perl5/PVE/LXC/Migrate.pm line 323.`;
    return [`can't migrate local volume '${drive.volume}': ${reason}`];
  });
  for (const line of lines) log.write(line);
  if (lines.length > 0) throw refuse(`can't migrate CT - check log`);
}

function findVolume(cluster: Cluster, guest: Guest, { volume }: Drive): Volume | undefined {
  const id = parseVolumeId(volume);
  return id && cluster.volumes.find(id.storage, id.name, guest.node);
}

/** The base volume that a linked clone stands on, as far as its name tells. */
function findBaseName(volume: Volume | undefined): string | undefined {
  return volume?.parent?.split('/').at(-1);
}
