import { constants } from 'node:os';
import { InterruptedError } from './cli-error.ts';

/** What asks a process to end. A closed terminal does as well, unless somebody listens for it. */
const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** An orderly end takes no longer, milliseconds; what is left in Proxmox is adopted at the next start. */
const endLimit = 9_500;

/** How other processes speak to this one. */
export interface ProcessSignals {
  /** Aborted when the process is asked to end, with an `InterruptedError` as its reason. */
  readonly signal: AbortSignal;
  /** From now on SIGHUP means this, and not the end. */
  onHangUp(listener: () => void): void;
}

/**
 * The first signal asks for an orderly end, any further one ends at once. SIGUSR1 does nothing: Node would open its
 * inspector, through which everyone on this machine could read what the process knows.
 */
export function listenToSignals(): ProcessSignals {
  const controller = new AbortController();
  let hangUp: (() => void) | undefined;
  const end = (name: (typeof endings)[number]) => {
    const code = 128 + constants.signals[name];
    if (controller.signal.aborted) process.exit(code);
    if (name === 'SIGHUP' && hangUp) return hangUp();
    controller.abort(new InterruptedError(name));
    setTimeout(() => giveUp(code), endLimit).unref();
  };
  for (const name of endings) process.on(name, end);
  process.on('SIGUSR1', () => {});
  return {
    signal: controller.signal,
    onHangUp: (listener) => {
      hangUp = listener;
    },
  };
}

function giveUp(code: number): never {
  process.stderr.write(
    `Not everything ended within ${endLimit / 1000} s; the process ends now. The next start goes on from here.\n`,
  );
  process.exit(code);
}
