import { z } from 'zod';
import { isLoopback } from '../../config/environment.ts';
import type { Secret } from '../../config/secret.ts';
import { describeError } from '../../errors/hub-error.ts';
import { formatEndpoint, parseEndpoint } from '../../names/endpoint.ts';
import { CommandFailed } from '../cli-error.ts';
import { readResult, type HubApi } from './hub-api.ts';

/** Which server is asked, and as whom. */
export interface RemoteApiOptions {
  /** What it said it listens on, with or without `/graphql`. */
  readonly url: string;
  readonly apiToken?: Secret;
  /** A token may be sent over plain HTTP, where whoever is on the way can read it. */
  readonly plainHttp?: boolean;
  readonly signal: AbortSignal;
}

/**
 * The API of a running server.
 *
 * @throws {CommandFailed} SERVER_URL | TOKEN_IN_THE_CLEAR
 */
export function connectRemoteApi(options: RemoteApiOptions): HubApi {
  const endpoint = findEndpoint(options.url);
  if (options.apiToken && !options.plainHttp) refusePlainHttp(endpoint);
  const headers = {
    'content-type': 'application/json',
    accept: 'application/graphql-response+json, application/json',
    ...(options.apiToken && { authorization: `Bearer ${options.apiToken.reveal()}` }),
  };
  return {
    ask: async (document, variables, answer) => {
      const body = JSON.stringify({ query: document, variables });
      const response = await send(endpoint, { method: 'POST', headers, body, signal: options.signal });
      return readResult(await readJson(response, endpoint), answer);
    },
    close: () => Promise.resolve(),
  };
}

function findEndpoint(url: string): string {
  const place = parseEndpoint(url);
  const given = url.includes('://') ? url : `http://${place ? formatEndpoint(place) : url}`;
  if (!URL.canParse(given)) throw new CommandFailed('SERVER_URL', `--server ${url} is no address`);
  const endpoint = new URL(given);
  if (endpoint.pathname === '/') endpoint.pathname = '/graphql';
  return endpoint.href;
}

/** A token that is sent to another machine in the clear is everybody's on the way. */
function refusePlainHttp(endpoint: string): void {
  const { protocol, hostname } = new URL(endpoint);
  if (protocol === 'https:' || isLoopback(hostname.replace(/^\[|\]$/g, ''))) return;
  const message = `The token is not sent to ${endpoint}: without HTTPS whoever is on the way can read it. Give an https:// address, or --plain-http if the way is safe.`;
  throw new CommandFailed('TOKEN_IN_THE_CLEAR', message);
}

async function send(endpoint: string, request: RequestInit): Promise<Response> {
  try {
    // Whoever it leads to is to be asked by name: the token is for this server.
    return await fetch(endpoint, { ...request, redirect: 'manual' });
  } catch (error) {
    if (request.signal?.aborted) throw new CommandFailed('INTERRUPTED', 'Interrupted.', { cause: error });
    const cause = error instanceof Error && error.cause ? error.cause : error;
    const message = `${endpoint} does not answer: ${describeError(cause)}. Is the server running there?`;
    throw new CommandFailed('SERVER_UNREACHABLE', message, { cause: error });
  }
}

async function readJson(response: Response, endpoint: string): Promise<unknown> {
  const elsewhere = response.headers.get('location');
  if (response.status >= 300 && response.status < 400 && elsewhere !== null) {
    const message = `${endpoint} sends its clients to ${elsewhere}: if that is the server, name it with --server`;
    throw new CommandFailed('SERVER_REDIRECTS', message);
  }
  const text = await response.text();
  try {
    const answer: unknown = JSON.parse(text);
    if (response.status === 401 || response.status === 403) throw refuse(response.status, answer, endpoint);
    return answer;
  } catch (error) {
    if (error instanceof CommandFailed) throw error;
    const message = `${endpoint} answers ${response.status} and no JSON: is it Template Hub?`;
    throw new CommandFailed('SERVER_ANSWER', message, { cause: error });
  }
}

const refusal = z.object({ error: z.string() });

/** In the server's own words: the token may have expired, for example. */
function refuse(status: 401 | 403, answer: unknown, endpoint: string): CommandFailed {
  const told = refusal.safeParse(answer).data?.error ?? 'it gives no reason';
  const code = status === 401 ? 'UNAUTHENTICATED' : 'FORBIDDEN';
  return new CommandFailed(code, `${endpoint} lets nobody in: ${told}. A command sends API_TOKEN.`);
}
