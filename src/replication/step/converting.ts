import { isCopied } from '../../inventory/lineage/generation.ts';
import { convertToTemplate } from '../../proxmox/endpoints/guest-tasks.ts';
import { getFeature, getGuestConfig } from '../../proxmox/endpoints/guest-config.ts';
import { isProxmoxError } from '../../proxmox/failures/proxmox-error.ts';
import type { TaskResult } from '../../proxmox/tasks/wait-for-task.ts';
import type { StepRow } from '../rows.ts';
import { awaitTask, isSuccess } from './await-task.ts';
import type { StepContext } from './context.ts';
import { StepFailure } from './failure.ts';
import { findRunningTasks } from './find-task.ts';
import type { PresentGuest } from './look.ts';
import { nextPhase } from './next-phase.ts';
import { findOwnGuest } from './own-guest.ts';
import { readMakeState } from './state.ts';
import { failWithoutEffect } from './task-failure.ts';

const convertTypes = ['qmtemplate', 'vztemplate'];

/** CONVERTING: makes the guest a template, drive by drive where an earlier conversion stopped half way. */
export async function convert(context: StepContext, step: StepRow): Promise<StepRow> {
  const { recipe } = readMakeState(step);
  const done = { phase: nextPhase('CONVERTING', recipe), upid: null, attempts: 0 };
  if (!recipe.convert) return context.journal.writeStep(step, done);
  const result = step.upid === null ? undefined : await awaitTask(context, step, step.upid);
  const guest = await findOwnGuest(context, step, convertTypes);
  if (guest === undefined) return step;
  if (result !== undefined && !guest.config.template)
    failWithoutEffect(result, { missing: `guest ${guest.address.vmid} is no template` });
  if (result === undefined && (await isRunning(context, guest))) return step;
  const drive = guest.config.template ? await findPlainDrive(context, guest, result) : undefined;
  if (!guest.config.template || drive !== undefined) return call(context, step, { guest, drive });
  return context.journal.writeStep(step, done);
}

/** A conversion that an earlier process began; it holds no lock that could be seen. Containers' have no UPID at all. */
async function isRunning(context: StepContext, { address }: PresentGuest): Promise<boolean> {
  const { client, clock, signal, settings } = context;
  const type = address.kind === 'qemu' ? 'qmtemplate' : 'vztemplate';
  const running = await findRunningTasks(client, { node: address.node, type, vmid: address.vmid, signal });
  if (running.length > 0) await clock.sleep(settings.lookMs, signal);
  return running.length > 0;
}

/**
 * A drive of a template that is no base volume yet. After a conversion that ended well there is none worth a try: such a
 * drive lies on a storage that has no bases, which Proxmox passes over silently.
 */
async function findPlainDrive(
  context: StepContext,
  { address, config }: PresentGuest,
  result: TaskResult | undefined,
): Promise<string | undefined> {
  const plain = config.disks.find((disk) => isCopied(disk) && !disk.base);
  if (plain === undefined || (result !== undefined && isSuccess(result))) return undefined;
  const { has } = await getFeature(context.client, address, { feature: 'clone', signal: context.signal });
  return has ? undefined : plain.drive;
}

async function call(
  context: StepContext,
  step: StepRow,
  { guest, drive }: { guest: PresentGuest; drive: string | undefined },
): Promise<StepRow> {
  const { client, journal, lease, signal } = context;
  lease.assertHeld();
  try {
    const upid = await convertToTemplate(client, guest.address, { disk: drive, signal });
    return await journal.writeStep(step, { upid: upid ?? (await findWorker(context, guest)) });
  } catch (error) {
    // It is one since the look, by an earlier call: the next look sees it, or will never.
    if (isProxmoxError(error, 'ALREADY_TEMPLATE'))
      throw new StepFailure('retry', { code: error.code, message: error.message }, error);
    throw error;
  }
}

/**
 * Containers are converted by a task that the call does not name. When none runs it has ended: the guest tells how.
 * @throws StepFailure NO_EFFECT
 */
async function findWorker(context: StepContext, { address }: PresentGuest): Promise<string | null> {
  const { client, clock, settings, signal } = context;
  const { node, vmid } = address;
  await clock.sleep(settings.lookMs, signal);
  const [running] = await findRunningTasks(client, { node, type: 'vztemplate', vmid, signal });
  if (running !== undefined) return running.upid;
  const { template } = await getGuestConfig(client, address, { signal });
  if (template) return null;
  const message = `The conversion of guest ${vmid} on ${node} was accepted, but had no effect: it is no template`;
  throw new StepFailure('retry', { code: 'NO_EFFECT', message });
}
