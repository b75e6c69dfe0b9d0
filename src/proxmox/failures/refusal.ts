import type { Clock } from '../../time/clock.ts';
import { adviseCredentials } from './advice.ts';
import { ProxmoxError } from './proxmox-error.ts';
import type { HttpMethod } from '../http/transport.ts';

const firstPauseMs = 5 * 60_000;
const longestPauseMs = 60 * 60_000;

/**
 * Remembers that the server refused our credential. It is not sent again for 5 minutes, doubling up to an hour, so that
 * a wrong password does not knock for ever. A changed credential comes with a new client, which has no such memory.
 */
export class Refusal {
  readonly #clock: Clock;
  readonly #clusterId: string;
  #since = 0;
  #until = 0;
  #times = 0;
  #reason = '';

  constructor(clock: Clock, clusterId: string) {
    this.#clock = clock;
    this.#clusterId = clusterId;
  }

  remember(reason: string): void {
    if (this.#until > this.#clock.now()) return;
    this.#since = this.#clock.now();
    this.#until = this.#since + Math.min(longestPauseMs, firstPauseMs * 2 ** this.#times);
    this.#times += 1;
    this.#reason = reason;
  }

  forget(): void {
    this.#times = 0;
    this.#until = 0;
  }

  /** Throws while the credential must not be sent. */
  check(method: HttpMethod, path: string): void {
    if (this.#until <= this.#clock.now()) return;
    throw new ProxmoxError({
      failure: { code: 'UNAUTHENTICATED', retryable: 'never' },
      clusterId: this.#clusterId,
      method,
      path,
      serverMessage: this.#reason,
      advice:
        `The credential was refused at ${iso(this.#since)} and is not sent again before ${iso(this.#until)}. ` +
        adviseCredentials(this.#clusterId),
    });
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
