import type { Clock } from '../../time/clock.ts';
import { cut, findExcess, findExcessRows } from './answer-limits.ts';
import { readData, readServerWords } from './answer.ts';
import { adviceFor, adviseCredentials } from '../failures/advice.ts';
import type { Call } from './call.ts';
import {
  classifyFailure,
  classifyMalformedAnswer,
  classifyMissingAnswer,
  classifyOversizedAnswer,
} from '../failures/classify.ts';
import type { FailureClass } from '../failures/failure-codes.ts';
import { encodeForm } from './form.ts';
import type { Limiter } from './limiter.ts';
import type { ClientLogger, ClientTimeouts, ObservedCall } from '../client-options.ts';
import { isProxmoxError, ProxmoxError } from '../failures/proxmox-error.ts';
import { redact } from './redact.ts';
import type { Authorization } from '../session/session.ts';
import { withTimeLimit } from './time-limit.ts';
import { TransportError } from './transport.ts';
import type { Transport, TransportRequest, TransportResponse } from './transport.ts';

export interface RequesterOptions {
  clusterId: string;
  clock: Clock;
  logger?: ClientLogger;
  /** Told of each request when it is over. */
  observe?: (call: ObservedCall) => void;
  transport: Transport;
  timeouts: ClientTimeouts;
  /** Entered in this order: the cluster's own, then the one that all clusters share. */
  limiters: readonly Limiter[];
}

/** Sends one call once and reads its answer. Throws ProxmoxError; an abort rejects with its reason. */
export class Requester {
  readonly #options: RequesterOptions;

  constructor(options: RequesterOptions) {
    this.#options = options;
  }

  async send<Result>(call: Call<Result>, authorization: Authorization): Promise<Result> {
    const { clusterId, clock, observe } = this.#options;
    const { method, path } = call;
    const started = clock.now();
    const tell = (code: ObservedCall['code']) =>
      observe?.({ clusterId, method, path, code, seconds: (clock.now() - started) / 1000 });
    try {
      const result = await this.#send(call, authorization);
      tell('OK');
      return result;
    } catch (error) {
      if (isProxmoxError(error)) tell(error.code);
      throw error;
    }
  }

  async #send<Result>(call: Call<Result>, { headers, secrets }: Authorization): Promise<Result> {
    const response = await this.#exchange(call, headers, secrets);
    if (response.status >= 400) throw this.#toError(call, response, secrets);
    return this.#read(call, response);
  }

  async #exchange(call: Call<unknown>, headers: Authorization['headers'], secrets: readonly string[]) {
    const { clock, transport, timeouts, limiters, logger, clusterId } = this.#options;
    const { method, path, signal, timeoutMs: ms = timeouts.responseMs } = call;
    const request = buildRequest(call, headers);
    const exchange = () =>
      withTimeLimit({ clock, ms, signal }, (limit) => transport({ ...request, signal: limit }));
    const started = clock.now();
    try {
      const response = await throughLimiters(limiters, exchange, signal);
      logger?.debug(
        { clusterId, method, path, status: response.status, ms: clock.now() - started },
        'Proxmox request',
      );
      return response;
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      const failure = classifyMissingAnswer(method, error);
      logger?.debug(
        { clusterId, method, path, code: error.code, ms: clock.now() - started },
        'Proxmox request failed',
      );
      throw this.#error(call, failure, {
        serverMessage: redact(error.message, secrets),
        advice: adviceFor(error.code, clusterId),
      });
    }
  }

  #toError(call: Call<unknown>, { status, reason, body }: TransportResponse, secrets: readonly string[]) {
    const { message, parameterErrors } = readServerWords({ reason, body });
    const failure = classifyFailure({ method: call.method, status, message, parameterErrors });
    const clean = Object.entries(parameterErrors).map(([key, why]) => [key, redact(why, secrets)]);
    return this.#error(call, failure, {
      status,
      advice: failure.code === 'UNAUTHENTICATED' ? adviseCredentials(this.#options.clusterId) : undefined,
      serverMessage: redact(message, secrets),
      parameterErrors: Object.fromEntries(clean),
    });
  }

  #read<Result>(call: Call<Result>, { status, body }: TransportResponse): Result {
    const tooMuch = (serverMessage: string) =>
      this.#error(call, classifyOversizedAnswer(call.method), { status, serverMessage });
    const excess = findExcess(body);
    if (excess !== undefined) throw tooMuch(excess);
    const envelope = readData(body);
    const malformed = (serverMessage: string) =>
      this.#error(call, classifyMalformedAnswer(call.method), { status, serverMessage });
    if (envelope === undefined || status >= 300) {
      throw malformed('the answer is not the JSON of Proxmox; is host and port that of a Proxmox VE node?');
    }
    const rows = findExcessRows(envelope.data);
    if (rows !== undefined) throw tooMuch(rows);
    const parsed = call.answer.safeParse(envelope.data);
    if (parsed.success) return parsed.data;
    const issues = parsed.error.issues
      .slice(0, 3)
      .map(({ path, message }) => `${path.join('.') || 'data'}: ${message}`);
    throw malformed(cut(`the answer has an unexpected shape (${issues.join('; ')})`));
  }

  #error(
    { method, path }: Call<unknown>,
    failure: FailureClass,
    rest: {
      status?: number;
      serverMessage: string;
      parameterErrors?: Record<string, string>;
      advice?: string;
    },
  ): ProxmoxError {
    return new ProxmoxError({ failure, clusterId: this.#options.clusterId, method, path, ...rest });
  }
}

/** Parameters go into the query of GET and DELETE and into a form otherwise; a body's length is always said. */
function buildRequest(call: Call<unknown>, authorization: Authorization['headers']): TransportRequest {
  const { method, path, parameters } = call;
  const form = encodeForm(parameters);
  if (method === 'GET' || method === 'DELETE') {
    const query = form === '' ? '' : `?${form}`;
    return { method, path: `/api2/json${path}${query}`, headers: authorization };
  }
  const headers = {
    ...authorization,
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': String(Buffer.byteLength(form)),
  };
  return { method, path: `/api2/json${path}`, headers, body: form };
}

function throughLimiters<Result>(
  limiters: readonly Limiter[],
  task: () => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  const [outer, ...inner] = limiters;
  return outer ? outer.run(() => throughLimiters(inner, task, signal), signal) : task();
}
