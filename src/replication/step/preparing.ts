import { updateGuestConfig, type GuestConfig } from '../../proxmox/endpoints/guest-config.ts';
import type { MakeRecipe } from '../recipe.ts';
import { isCopiedOnce } from '../progress/copies.ts';
import type { StepPhase, StepRow } from '../rows.ts';
import type { StepContext } from './context.ts';
import { nextPhase } from './next-phase.ts';
import { findOwnGuest } from './own-guest.ts';
import { formatMakeState, readMakeState } from './state.ts';

const emptyDrive = 'none,media=cdrom';

/** PREPARING: changes the copy's configuration, never the source's. Changes that are there already are not made again. */
export async function prepare(context: StepContext, step: StepRow): Promise<StepRow> {
  const guest = await findOwnGuest(context, step, ['qmconfig', 'qmclone', 'vzclone']);
  if (guest === undefined) return step;
  const { address, config } = guest;
  const change = config.template ? undefined : computeChange(config, readMakeState(step).recipe);
  if (change !== undefined) {
    context.lease.assertHeld();
    const { signal } = context;
    await updateGuestConfig(context.client, address, { ...change, digest: config.digest, signal });
  }
  const parameters = formatMakeState({ ...readMakeState(step), prepared: true });
  const onward = address.node === step.targetNode && isCopiedOnce(step) ? arrived(step) : moving;
  return context.journal.writeStep(step, { ...onward, parameters, upid: null, attempts: 0 });
}

const moving = { phase: 'MIGRATING' } as const;

/** The clone was made where it is to be: nothing moves. */
function arrived(step: StepRow): { phase: StepPhase; bytesDone: bigint } {
  return { phase: nextPhase('MIGRATING', readMakeState(step).recipe), bytesDone: step.bytesTotal };
}

/** What differs between a copy's configuration and the wanted one; undefined when nothing does. */
export function computeChange(
  config: Pick<GuestConfig, 'options' | 'tags' | 'protection'>,
  recipe: MakeRecipe,
): { set: Record<string, string>; remove: string[] } | undefined {
  const attached = recipe.detach.filter((drive) => drive in config.options);
  const emptied = Object.fromEntries(attached.map((drive): [string, string] => [drive, emptyDrive]));
  const wanted = Object.entries({ ...emptied, ...recipe.set });
  const set = Object.fromEntries(wanted.filter(([key, value]) => !isSet(config, key, value)));
  // The copy must not stand in the way of its own removal while it is half made.
  const unprotect = config.protection ? ['protection'] : [];
  const remove = [...recipe.remove, ...unprotect].filter((key) => key in config.options && !(key in set));
  if (Object.keys(set).length === 0 && remove.length === 0) return undefined;
  return { set, remove: [...new Set(remove)] };
}

/** Proxmox sorts tags and writes them in small letters. */
function isSet(
  { options, tags }: Pick<GuestConfig, 'options' | 'tags'>,
  key: string,
  value: string,
): boolean {
  if (key !== 'tags') return options[key] === value;
  const normalize = (list: string[]) => [...new Set(list.map((tag) => tag.toLowerCase()))].sort().join(';');
  return normalize(tags) === normalize(value.split(/[;, ]+/).filter((tag) => tag !== ''));
}
