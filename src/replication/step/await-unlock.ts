import { listNodeTasks } from '../../proxmox/endpoints/tasks.ts';
import type { StepRow } from '../rows.ts';
import type { StepContext } from './context.ts';
import { StepFailure } from './failure.ts';
import { findRunningTasks } from './find-task.ts';
import { findLooseVolumes, type LooseVolume } from './loose-volumes.ts';
import { lookAt, type PresentGuest } from './look.ts';
import { vmidOf } from './vmid-of.ts';

export interface LockedGuest {
  /** Types of the tasks that may hold the lock. */
  types: readonly string[];
  /** Nodes they may run on. */
  nodes: readonly string[];
  /** The guest in the tasks' ids. */
  vmid: number;
}

/**
 * A guest of ours is locked and we wait on no task. While a task that may hold the lock runs, it pauses and returns, for
 * another look. When none runs, nobody will ever take the lock off: that is a failure an administrator has to deal with.
 */
export async function awaitUnlock(context: StepContext, step: StepRow, by: LockedGuest): Promise<void> {
  const running = await countRunning(context, by);
  await context.clock.sleep(context.settings.lookMs, context.signal);
  if (running > 0 || (await countRunning(context, by)) > 0) return;
  // The task may have ended, and taken the lock off, between the look and the search.
  const sight = await lookAt(context.client, vmidOf(step), context.signal);
  if (sight.state !== 'present' || sight.config.lock === undefined) return;
  if (await isBusy(context, sight)) return;
  const volumes = sight.stub ? await findLooseVolumes(context, step) : [];
  throw staleLock(sight, volumes);
}

/** Whether any task works on the guest itself: a migration, say, that a server began whose database was lost. */
async function isBusy({ client, signal }: StepContext, { address }: PresentGuest): Promise<boolean> {
  const { node, vmid } = address;
  const tasks = await listNodeTasks(client, node, { source: 'active', vmid, signal });
  return tasks.some((task) => task.running && task.id === String(vmid));
}

/**
 * What the administrator has to know. A stub is not marked as ours, so we would not remove it even when it is unlocked,
 * and it does not name the volume that was being written.
 */
function staleLock({ address, config, stub }: PresentGuest, volumes: readonly LooseVolume[]): StepFailure {
  const { vmid, node, kind } = address;
  const tool = kind === 'qemu' ? 'qm' : 'pct';
  const removal = [`${tool} destroy ${vmid}`, ...volumes.map(({ volume }) => `pvesm free ${volume}`)];
  const command = [`${tool} unlock ${vmid}`, ...(stub ? removal : [])].join(' && ');
  const message =
    `Guest ${vmid} on ${node} kept the lock "${config.lock ?? ''}" of a task that no longer runs. ` +
    `Only root can take it off: run "${command}" on ${node}; the next pass goes on by itself.`;
  return new StepFailure('leave', { code: 'STALE_LOCK', message });
}

async function countRunning(context: StepContext, { types, nodes, vmid }: LockedGuest): Promise<number> {
  const { client, signal } = context;
  const searches = nodes.flatMap((node) => types.map((type) => ({ node, type, vmid, signal })));
  const found = await Promise.all(searches.map((search) => findRunningTasks(client, search)));
  return found.flat().length;
}
