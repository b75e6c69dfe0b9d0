import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import got, { RequestError } from 'got';
import { describeError, HubError } from '../errors/hub-error.ts';
import type { AddressRule } from '../names/address-rule.ts';

/** One POST to a receiver. */
export interface SendRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** For the whole exchange, milliseconds. */
  readonly timeLimitMs: number;
  readonly signal: AbortSignal;
}

/**
 * Sends, and answers the receiver's status whatever it is. Rejects with an Error when there was no whole answer in
 * time, and with the signal's reason when it was aborted.
 */
export type WebhookSend = (request: SendRequest) => Promise<{ readonly status: number }>;

/** How much of an answer is read before the connection is closed: nothing in it matters. Bytes. */
const answerLimit = 64 * 1024;

/** All addresses that a name stands for. */
export type LookUp = (host: string) => Promise<readonly LookupAddress[]>;

const askSystem: LookUp = (host) => lookup(host, { all: true });

/** The address that a webhook leads to is not for webhooks. */
class AddressRefused extends HubError {
  constructor(address: string, host: string) {
    const subject = address === host ? address : `${host} stands for ${address}, which`;
    super(
      'ADDRESS_NOT_ALLOWED',
      `${subject} is a private, loopback or link-local address, or reserved: nothing was sent. To allow it, name it in WEBHOOK_ALLOW.`,
    );
  }
}

/**
 * Sends by got: no redirects, no repeats. Each time a connection of its own is made, to an address that was looked up and
 * judged for it: nobody can put another one behind the name in between.
 */
export function createSend(rule: AddressRule, lookUp: LookUp = askSystem): WebhookSend {
  const dnsLookup = createLookup(rule, lookUp);
  return async (request) => {
    const host = new URL(request.url).hostname.replace(/^\[|\]$/g, '');
    // An address is connected to without a look-up.
    if (isIP(host) !== 0) checkAddress(rule, host, host);
    return post(request, dnsLookup);
  };
}

/** The look-up of a connection: answers only addresses that were judged. */
function createLookup(rule: AddressRule, lookUp: LookUp): LookupFunction {
  const find = async (host: string) => {
    try {
      const found = await lookUp(host);
      for (const { address } of found) checkAddress(rule, address, host);
      return [...found];
    } catch (error) {
      return error instanceof Error ? error : new Error(describeError(error));
    }
  };
  const answer = async (...[host, { all }, done]: Parameters<LookupFunction>) => {
    const found = await find(host);
    if (found instanceof Error) return done(found, '');
    const [first = { address: '', family: 0 }] = found;
    return all ? done(null, found) : done(null, first.address, first.family);
  };
  return (...question) => void answer(...question);
}

function checkAddress(rule: AddressRule, address: string, host: string): void {
  if (!rule(address, host)) throw new AddressRefused(address, host);
}

async function post(
  { url, headers, body, timeLimitMs, signal }: SendRequest,
  dnsLookup: LookupFunction,
): Promise<{ readonly status: number }> {
  const stream = got.stream.post(url, {
    headers: { 'user-agent': 'template-hub', 'content-type': 'application/json', ...headers },
    body,
    dnsLookup,
    // Nobody else's connection is taken: it may lead where webhooks must not go.
    agent: { http: new HttpAgent(), https: new HttpsAgent() },
    followRedirect: false,
    retry: { limit: 0 },
    throwHttpErrors: false,
    timeout: { request: timeLimitMs },
    signal,
  });
  try {
    let received = 0;
    for await (const chunk of stream) {
      received += Buffer.byteLength(chunk);
      if (received > answerLimit) break;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw new Error(describeFailure(error, timeLimitMs), { cause: error });
  }
  const status = stream.response?.statusCode;
  if (status === undefined) throw new Error('The receiver closed the connection without an answer.');
  return { status };
}

function describeFailure(error: unknown, timeLimitMs: number): string {
  if (!(error instanceof RequestError)) return describeError(error);
  if (error.cause instanceof AddressRefused) return error.cause.message;
  if (error.code === 'ETIMEDOUT') return `The receiver gave no whole answer within ${timeLimitMs / 1000} s.`;
  return `No whole answer from the receiver: ${error.message}`;
}
