import type { SimulatorState } from '../../../src/simulator/state.ts';
import type { ControlStepInput } from '../../../src/simulator/control.ts';
import type { Store } from '../../../src/store/store.ts';

export interface Administration {
  store: Store;
  cluster: string;
  state(): SimulatorState;
  control(step: ControlStepInput): Promise<unknown>;
}

/**
 * Does what the reasons of steps ask an administrator to do, and nothing else: `qm unlock`, `qm destroy`, `pvesm free`.
 * A command about something that is gone does nothing, as in real life.
 */
export async function followAdvice(administration: Administration): Promise<void> {
  const { store } = administration;
  const told = { in: ['STALE_LOCK', 'LOOSE_VOLUMES'] };
  const steps = await store.prisma.replicationStep.findMany({
    where: { OR: [{ errorCode: told }, { errorMessage: { contains: 'run "' } }] },
  });
  for (const { vmid, phase, errorMessage } of steps) {
    if (phase !== 'DONE' && phase !== 'FAILED' && phase !== 'CANCELLED') continue;
    for (const [, command = '', node = ''] of (errorMessage ?? '').matchAll(/run "([^"]+)" on ([\w-]+)/g)) {
      // Of another guest than the step's own it is an older step's advice; an id that was given back may be anybody's by now.
      if (command.startsWith('pvesm') || isAbout(command, vmid))
        await runCommand(administration, command, node);
    }
  }
}

function isAbout(command: string, vmid: number | null): boolean {
  return vmid !== null && command.split(' && ').some((part) => part.endsWith(` ${vmid}`));
}

async function runCommand(administration: Administration, command: string, node: string): Promise<void> {
  for (const part of command.split(' && ')) {
    const [tool, verb, what = ''] = part.split(' ');
    if (tool === 'pvesm' && verb === 'free') await freeVolume(administration, what, node);
    else if (verb === 'unlock') await changeGuest(administration, Number(what), { unlock: true });
    else if (verb === 'destroy') await changeGuest(administration, Number(what), { unlock: false });
    else throw new Error(`not a command an administrator knows: ${part}`);
  }
}

async function changeGuest(
  { cluster, control, state }: Administration,
  vmid: number,
  { unlock }: { unlock: boolean },
): Promise<void> {
  const guest = state()
    .clusters.find(({ id }) => id === cluster)
    ?.guests.find((one) => one.vmid === vmid);
  if (guest === undefined) return;
  if (unlock) await control({ do: 'set-guest', cluster, vmid, config: { lock: null } });
  else await control({ do: 'remove-guest', cluster, vmid });
}

async function freeVolume(
  { cluster, control, state }: Administration,
  volid: string,
  node: string,
): Promise<void> {
  const volumes = state().clusters.find(({ id }) => id === cluster)?.volumes ?? [];
  const found = volumes.find((one) => one.volid === volid && (one.node === undefined || one.node === node));
  if (found === undefined) return;
  const [storage = '', name = ''] = volid.split(/:(.*)/s);
  await control({ do: 'remove-volume', cluster, storage, name, node: found.node });
}
