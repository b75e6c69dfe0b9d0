import type { Cluster } from '../engine/cluster.ts';
import type { Guest } from '../engine/guests.ts';
import { refuse } from '../errors.ts';
import type { StorageCall } from '../storage/storage-lock.ts';
import { requireUnlocked } from './guest-lock.ts';
import { listLocalResources, listMissingMappings } from './host-devices.ts';
import type { MigrationLog } from './migration-log.ts';
import { checkTargetStorages, type StorageMap } from './migration-plan.ts';

/** A guest's way to another node. */
export interface Migration {
  readonly guest: Guest;
  readonly target: string;
  readonly map: StorageMap;
  /** Devices of the node do not stop a guest that is off. */
  readonly force?: boolean | undefined;
  /** Disks of the node may be copied while the guest runs. */
  readonly withLocalDisks?: boolean | undefined;
}

/** Milliseconds for the first connection to the other node. */
const connectTime = 500;

/** What stops a migration before anything is written: a lock, devices of the node, storages, no connection. */
export async function prepareMigration(
  call: StorageCall,
  migration: Migration,
  log: MigrationLog,
): Promise<void> {
  const { cluster, worker } = call;
  const { guest, target, map } = migration;
  requireUnlocked(guest);
  if (guest.type === 'qemu') checkDevices(cluster, migration, log);
  checkTargetStorages(cluster, guest, { target, map });
  await worker.sleep(connectTime);
  if (!cluster.canReach(call.node, target))
    throw refuse(`Can't connect to destination address using public key`);
}

function checkDevices(cluster: Cluster, { guest, target, force }: Migration, log: MigrationLog): void {
  const { blocking, mapped } = listLocalResources(guest.config, guest.running);
  if (blocking.length > 0) {
    if (guest.running || !force)
      throw refuse(`can't migrate VM which uses local devices: ${blocking.join(', ')}`);
    log.write('migrating VM which uses local devices');
  }
  if (mapped.length === 0) return;
  const missing = listMissingMappings(cluster, guest.config, target);
  if (missing.length > 0)
    throw refuse(`can't migrate to '${target}': missing mapped devices ${missing.join(', ')}`);
  if (guest.running) {
    const names = mapped.map(({ key, name }) => `${key}:${name}`).join(', ');
    throw refuse(`can't live migrate running VM which uses following mapped devices: ${names}`);
  }
  log.write('migrating VM which uses mapped local devices');
}
