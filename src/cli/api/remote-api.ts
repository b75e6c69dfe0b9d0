import { z } from 'zod';
import type { Secret } from '../../config/secret.ts';
import { describeError } from '../../errors/hub-error.ts';
import { formatEndpoint, parseEndpoint } from '../../names/endpoint.ts';
import { CommandFailed } from '../cli-error.ts';
import { readResult, type HubApi } from './hub-api.ts';

/** The API of a running server. `url` is what it said it listens on, with or without `/graphql`. */
export function connectRemoteApi(options: { url: string; apiToken?: Secret; signal: AbortSignal }): HubApi {
  const endpoint = findEndpoint(options.url);
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

async function send(endpoint: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(endpoint, request);
  } catch (error) {
    if (request.signal?.aborted) throw new CommandFailed('INTERRUPTED', 'Interrupted.', { cause: error });
    const cause = error instanceof Error && error.cause ? error.cause : error;
    const message = `${endpoint} does not answer: ${describeError(cause)}. Is the server running there?`;
    throw new CommandFailed('SERVER_UNREACHABLE', message, { cause: error });
  }
}

async function readJson(response: Response, endpoint: string): Promise<unknown> {
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
