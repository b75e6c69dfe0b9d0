import { describeError } from '../../errors/hub-error.ts';
import { changeDrive, formatDrive } from '../engine/drives.ts';
import { describeConfigPath, type Guest } from '../engine/guests.ts';
import { describeVolume, type Volume } from '../engine/volumes.ts';
import { refuse, WorkerKilled } from '../errors.ts';
import { allocateVolume, freeVolume } from '../storage/allocate.ts';
import { cleanUp } from '../storage/clean-up.ts';
import { measureData } from '../storage/copy-image.ts';
import { explainNoTransfer } from '../storage/kinds.ts';
import type { StorageCall } from '../storage/storage-lock.ts';
import { translateVolumeName } from '../storage/volume-names.ts';
import { usualLockWait, withFileLock, withGuestLock } from './guest-lock.ts';
import { MigrationLog } from './migration-log.ts';
import type { LocalVolume } from './migration-plan.ts';
import { setRunning } from './power.ts';
import { type Migration, prepareMigration } from './prepare-migration.ts';
import { scanVolumes } from './scan-volumes.ts';
import { sendImage } from './send-image.ts';

/** Milliseconds for the last steps. */
const finishTime = 500;

/** The work of a `qmigrate` or `vzmigrate` task: the guest is locked all the time. */
export async function migrateGuest(call: StorageCall, migration: Migration): Promise<void> {
  const { vmid, type } = migration.guest;
  const path = `/var/lock/pve-manager/pve-migrate-${vmid}`;
  await withFileLock(call, { path, mode: 'exclusive', timeout: usualLockWait }, () =>
    withGuestLock(call, { type, vmid }, () => run(call, migration)),
  );
}

async function run(call: StorageCall, migration: Migration): Promise<void> {
  const { cluster } = call;
  const { guest, target } = migration;
  const log = new MigrationLog(call);
  const copies: Copied[] = [];
  try {
    await prepareMigration(call, migration, log);
    const kind = guest.type === 'qemu' ? 'VM' : 'CT';
    log.write(
      `starting migration of ${kind} ${guest.vmid} to node '${target}' (${cluster.nodes.get(target)?.ip})`,
    );
    cluster.requireWritable(call.node, describeConfigPath(guest.type, guest.node, guest.vmid));
    setLock(call, guest, 'migrate');
    await copyOrUndo(call, { migration, log, copies });
  } catch (error) {
    if (error instanceof WorkerKilled) throw error;
    log.write(`ERROR: migration aborted (duration ${log.duration()}): ${describeError(error)}`);
    throw refuse('migration aborted');
  }
  moveConfig(call, migration, copies);
  await finish(call, { migration, log, sources: copies.map(({ local }) => local.volume) });
}

/** A local volume and what was made of it on the target. */
interface Copied {
  readonly local: LocalVolume;
  readonly copy: Volume;
}

interface Phase {
  readonly migration: Migration;
  readonly log: MigrationLog;
  readonly copies: Copied[];
}

/** Copies what is local; when that fails the source stays as it was. */
async function copyOrUndo(call: StorageCall, { migration, log, copies }: Phase): Promise<void> {
  try {
    const locals = scanVolumes(call.cluster, migration, log);
    breakEarly(call, migration);
    await copyAll(call, { migration, log, locals, onCopy: (copy) => void copies.push(copy) });
  } catch (error) {
    if (error instanceof WorkerKilled) throw error;
    log.write(`ERROR: ${describeError(error)}`);
    log.write('aborting phase 1 - cleanup resources');
    await cleanUp(
      { ...call, node: migration.target },
      copies.map(({ copy }) => copy),
    );
    setLock(call, migration.guest, undefined);
    throw error;
  }
}

function setLock({ cluster }: StorageCall, guest: Guest, lock: string | undefined): void {
  cluster.guests.change(guest, ({ config }) => {
    if (lock === undefined) config.delete('lock');
    else config.set('lock', lock);
  });
}

function breakEarly({ cluster }: StorageCall, { guest }: Migration): void {
  const broken = cluster.faults.strike(
    'migration-breaks',
    (fault) => fault.when === 'early' && (fault.vmid === undefined || fault.vmid === guest.vmid),
  );
  if (broken) throw refuse(broken.message);
}

interface Copying {
  readonly migration: Migration;
  readonly log: MigrationLog;
  readonly locals: readonly LocalVolume[];
  onCopy(copy: Copied): void;
}

async function copyAll(call: StorageCall, { migration, log, locals, onCopy }: Copying): Promise<void> {
  if (locals.length > 0 && migration.guest.type === 'qemu') log.write('copying local disk images');
  for (const local of locals) {
    const { volume, to } = local;
    const reason = explainNoTransfer({ type: local.from.type, format: volume.format }, to.type);
    if (reason) {
      throw refuse(
        `storage migration for '${describeVolume(volume)}' to storage '${to.id}' failed - ${reason}`,
      );
    }
    const there = { ...call, node: migration.target, worker: log.prefix(call.worker) };
    const wanted = { storage: to.id, vmid: migration.guest.vmid, size: volume.size, format: volume.format };
    const name = translateVolumeName(volume, { from: local.from.type, to: to.type });
    const copy = await allocateVolume(there, { ...wanted, ...(name === undefined ? {} : { name }) });
    onCopy({ local, copy });
    await sendImage(call, { local, target: migration.target, log });
    copy.data = measureData(call.cluster, volume);
    log.write(`successfully imported '${describeVolume(copy)}'`);
    log.write(`volume '${describeVolume(volume)}' is '${describeVolume(copy)}' on the target`);
  }
}

function moveConfig({ cluster }: StorageCall, { guest, target }: Migration, copies: readonly Copied[]): void {
  cluster.guests.change(guest, () => {
    for (const { local, copy } of copies) {
      guest.config.set(local.drive.key, formatDrive(changeDrive(local.drive, describeVolume(copy))));
    }
    guest.node = target;
  });
  if (guest.running) setRunning(cluster, guest, true);
}

/** The guest is on the target now: what fails from here on leaves it there. */
async function finish(
  call: StorageCall,
  { migration, log, sources }: { migration: Migration; log: MigrationLog; sources: readonly Volume[] },
): Promise<void> {
  const { cluster, worker } = call;
  const { guest } = migration;
  const broken = cluster.faults.strike(
    'migration-breaks',
    (fault) => fault.when === 'late' && (fault.vmid === undefined || fault.vmid === guest.vmid),
  );
  await worker.sleep(finishTime);
  if (broken) {
    log.write(`ERROR: ${broken.message}`);
    log.write(`ERROR: migration finished with problems (duration ${log.duration()})`);
    throw refuse('migration problems');
  }
  for (const volume of sources) await freeVolume({ ...call, worker: log.prefix(worker) }, volume);
  setLock(call, guest, undefined);
  cluster.counts.migrations += 1;
  log.write(`migration finished successfully (duration ${log.duration()})`);
}
