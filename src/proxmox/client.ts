import { HubError } from '../errors/hub-error.ts';
import type { Clock, Random } from '../time/clock.ts';
import type { Call } from './http/call.ts';
import type { ProxmoxConnection } from './http/connection.ts';
import type { ProxmoxErrorCode } from './failures/failure-codes.ts';
import { createHttpsTransport } from './http/https-transport.ts';
import type { Limiter } from './http/limiter.ts';
import { createLimiter } from './http/limiter.ts';
import { isProxmoxError } from './failures/proxmox-error.ts';
import { Refusal } from './failures/refusal.ts';
import type { ClientLogger, ClientTimeouts, ObservedCall } from './client-options.ts';
import { Requester } from './http/requester.ts';
import { withAttempts } from './http/retry.ts';
import type { Authorization, Session } from './session/session.ts';
import { createTicketSession } from './session/ticket-session.ts';
import { createTokenSession } from './session/token-session.ts';
import type { Transport } from './http/transport.ts';

export interface ProxmoxClientOptions {
  connection: ProxmoxConnection;
  clock: Clock;
  random: Random;
  logger?: ClientLogger;
  /** Told of each request when it is over. */
  observe?: (call: ObservedCall) => void;
  /** Requests to this cluster at once. Default 5. */
  maxInFlight?: number;
  /** Shared by the clients of all clusters; 20 is the house's figure. */
  limiter?: Limiter;
  timeouts?: Partial<ClientTimeouts>;
  /** Tries of a request that may be repeated, the first included. Default 3. */
  attempts?: number;
  /** In place of HTTPS: a simulator in the same process, or recorded answers. */
  transport?: Transport;
}

/**
 * One cluster. The endpoints are functions that take a client first: `listNodes(client)`.
 * Every failure is a ProxmoxError, except an abort, which rejects with the signal's reason.
 */
export interface ProxmoxClient {
  readonly clusterId: string;
  /** It logs in as `root@pam` itself, which alone may do some things; no token of root's may. */
  readonly isRoot: boolean;
  readonly clock: Clock;
  readonly random: Random;
  call<Result>(call: Call<Result>): Promise<Result>;
  /** Closes idle connections. Requests under way are not touched. */
  close(): void;
}

const defaultTimeouts: ClientTimeouts = { connectMs: 10_000, responseMs: 60_000 };

/** Failures on the way that are tried again at once, when a repeat is safe. A server that is slow is left in peace. */
const passing: readonly ProxmoxErrorCode[] = ['UNREACHABLE', 'NODE_UNREACHABLE', 'MALFORMED_ANSWER'];

class Client implements ProxmoxClient {
  readonly clusterId: string;
  readonly isRoot: boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly close: () => void;
  readonly #attempts: number;
  readonly #requester: Requester;
  readonly #session: Session;
  readonly #refusal: Refusal;

  constructor(options: ProxmoxClientOptions) {
    const { connection, clock, random, attempts = 3 } = options;
    this.clusterId = connection.clusterId;
    this.isRoot = connection.token === undefined && connection.user === 'root@pam';
    this.clock = clock;
    this.random = random;
    this.#attempts = attempts;
    this.#refusal = new Refusal(clock, connection.clusterId);
    const { requester, close } = openRequester(options);
    this.#requester = requester;
    this.close = close;
    this.#session = this.#openSession(connection);
  }

  async call<Result>(call: Call<Result>): Promise<Result> {
    const { signal, retryOn = [] } = call;
    const repeatable = (error: unknown) =>
      isProxmoxError(error, ...retryOn, ...passing) &&
      (error.retryable === 'safe' || retryOn.includes(error.code));
    const { clock, random } = this;
    return withAttempts({ clock, random, signal, attempts: this.#attempts, repeatable }, () =>
      this.#once(call),
    );
  }

  /** Sends the call; when its ticket was refused, once more with a new one. A 401 has executed nothing. */
  async #once<Result>(call: Call<Result>): Promise<Result> {
    this.#refusal.check(call.method, call.path);
    const authorization = await this.#authorize(call);
    try {
      const result = await this.#requester.send(call, authorization);
      this.#refusal.forget();
      return result;
    } catch (error) {
      if (!isProxmoxError(error, 'UNAUTHENTICATED')) throw error;
      if (!this.#session.refuse(authorization)) {
        this.#refusal.remember(error.serverMessage);
        throw error;
      }
    }
    return this.#requester.send(call, await this.#authorize(call));
  }

  async #authorize({ method, signal }: Call<unknown>): Promise<Authorization> {
    try {
      return await this.#session.authorize(method, signal);
    } catch (error) {
      if (isProxmoxError(error, 'UNAUTHENTICATED')) this.#refusal.remember(error.serverMessage);
      throw error;
    }
  }

  #openSession({ clusterId, user, password, token }: ProxmoxConnection): Session {
    if (token !== undefined) return createTokenSession(token);
    if (user === undefined || password === undefined) {
      throw new HubError(
        'NO_CREDENTIALS',
        `Cluster ${clusterId} has neither a token nor user and password; give one.`,
      );
    }
    const { clock } = this;
    return createTicketSession({ clusterId, clock, user, password, send: this.#login });
  }

  /** A login may be repeated whatever became of the first one. */
  readonly #login = <Result>(call: Call<Result>, secrets: readonly string[]): Promise<Result> => {
    const { clock, random } = this;
    const repeatable = (error: unknown) => isProxmoxError(error, 'UNREACHABLE', 'OUTCOME_UNKNOWN');
    const attempt = () => this.#requester.send(call, { headers: {}, secrets });
    return withAttempts({ clock, random, attempts: this.#attempts, repeatable }, attempt);
  };
}

/** Opens a client of one cluster. Nothing is sent yet. Throws a HubError (NO_CREDENTIALS) without credentials. */
export function createProxmoxClient(options: ProxmoxClientOptions): ProxmoxClient {
  const { connection, logger } = options;
  if (connection.tls.mode === 'insecure') {
    const { clusterId, host } = connection;
    logger?.warn({ clusterId, host }, 'TLS is not verified: whoever is on the way can read the credentials');
  }
  return new Client(options);
}

function openRequester(options: ProxmoxClientOptions): { requester: Requester; close: () => void } {
  const { connection, clock, logger, observe, maxInFlight = 5, limiter } = options;
  const timeouts = { ...defaultTimeouts, ...options.timeouts };
  const limiters = [createLimiter(maxInFlight), ...(limiter ? [limiter] : [])];
  const https = { connection, connectMs: timeouts.connectMs, maxSockets: maxInFlight };
  const { transport, close } = options.transport
    ? { transport: options.transport, close: () => {} }
    : createHttpsTransport(https);
  const { clusterId } = connection;
  return {
    requester: new Requester({ clusterId, clock, logger, observe, transport, timeouts, limiters }),
    close,
  };
}
