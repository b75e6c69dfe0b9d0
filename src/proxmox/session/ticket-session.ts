import { z } from 'zod';
import type { Clock } from '../../time/clock.ts';
import type { Call } from '../http/call.ts';
import { maybeFlag } from '../lenient.ts';
import { isProxmoxError, ProxmoxError } from '../failures/proxmox-error.ts';
import type { Authorization, Session } from './session.ts';

/** A ticket lives two hours; it is renewed by itself after an hour and a half. */
const renewAfterMs = 90 * 60_000;
const lifeMs = 2 * 60 * 60_000;

interface Ticket {
  value: string;
  csrf: string;
  at: number;
  /** A user with a second factor gets half a ticket, which opens nothing. */
  half: boolean;
}

export interface TicketSessionOptions {
  clusterId: string;
  clock: Clock;
  user: string;
  password: string;
  /** Posts to /access/ticket without authorization. */
  send: <Result>(call: Call<Result>, secrets: readonly string[]) => Promise<Result>;
}

/** Anything else would not come through a cookie as it is. */
const ticket = z.string().regex(/^[!-:<-~]+$/, 'is no ticket');

const answer = z
  .object({ ticket, CSRFPreventionToken: z.string().nullish(), NeedTFA: maybeFlag })
  .transform(({ ticket, CSRFPreventionToken, NeedTFA }) => ({
    value: ticket,
    csrf: CSRFPreventionToken ?? '',
    half: NeedTFA || ticket.includes(':!tfa!'),
  }));

class TicketSession implements Session {
  readonly #options: TicketSessionOptions;
  #ticket: Ticket | undefined;
  #login: Promise<Ticket> | undefined;

  constructor(options: TicketSessionOptions) {
    this.#options = options;
  }

  async authorize(method: string, signal?: AbortSignal): Promise<Authorization> {
    const { value, csrf } = await this.#fresh(signal);
    // As it came: Proxmox takes it percent-encoded as well, servers that only resemble it do not.
    const cookie = { cookie: `PVEAuthCookie=${value}` };
    const headers = method === 'GET' ? cookie : { ...cookie, csrfpreventiontoken: csrf };
    return { headers, secrets: [value, csrf] };
  }

  refuse({ secrets }: Authorization): boolean {
    // When another request has logged in meanwhile, its ticket is good for this one too.
    if (secrets[0] === this.#ticket?.value) this.#ticket = undefined;
    return true;
  }

  async #fresh(signal?: AbortSignal): Promise<Ticket> {
    const age = this.#options.clock.now() - (this.#ticket?.at ?? 0);
    if (this.#ticket && age < renewAfterMs) return this.#ticket;
    // One login for all who wait; an abort gives up the waiting, not the login that others wait for.
    this.#login ??= this.#renewOrLogin(age < lifeMs ? this.#ticket : undefined).finally(() => {
      this.#login = undefined;
    });
    return abortable(this.#login, signal);
  }

  async #renewOrLogin(old: Ticket | undefined): Promise<Ticket> {
    if (old === undefined) return this.#post(this.#options.password);
    try {
      return await this.#post(old.value);
    } catch (error) {
      if (!isProxmoxError(error, 'UNAUTHENTICATED')) throw error;
      return this.#post(this.#options.password);
    }
  }

  async #post(password: string): Promise<Ticket> {
    const { clock, user, send } = this.#options;
    const at = clock.now();
    const parameters = { username: user, password };
    const got = await send({ method: 'POST', path: '/access/ticket', parameters, answer }, [password]);
    if (got.half) throw secondFactorError(this.#options);
    this.#ticket = { ...got, at };
    return this.#ticket;
  }
}

/** Logs in with user and password when the first request comes, and renews the ticket before it ends. */
export function createTicketSession(options: TicketSessionOptions): Session {
  return new TicketSession(options);
}

function secondFactorError({ clusterId, user }: TicketSessionOptions): ProxmoxError {
  return new ProxmoxError({
    failure: { code: 'UNAUTHENTICATED', retryable: 'never' },
    clusterId,
    method: 'POST',
    path: '/access/ticket',
    serverMessage: `${user} has a second factor, which a program cannot give`,
    advice: 'Use an API token.',
  });
}

function abortable<Result>(promise: Promise<Result>, signal?: AbortSignal): Promise<Result> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason);
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
