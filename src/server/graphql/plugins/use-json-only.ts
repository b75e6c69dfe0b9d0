import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { z } from 'zod';
import { refuse } from './refuse.ts';

/**
 * Takes POSTs of JSON only. Forms and plain text can be sent by any web page without asking first, so they are refused:
 * this prevents cross-site request forgery.
 */
export function useJsonOnly(): Plugin {
  return {
    onRequestParse({ request, setRequestParser }) {
      if (request.method !== 'POST') return;
      const type = request.headers.get('content-type') ?? '';
      if (!/^application\/(?:[\w.]+\+)?json\s*(?:;|$)/i.test(type)) {
        throw refuse(415, 'send the operation as JSON, with the header "Content-Type: application/json"');
      }
      setRequestParser(async (sent) => readParams(await sent.text()));
    },
  };
}

/** What the parameters have to be is yoga's to check. */
const paramsSchema = z.custom<GraphQLParams>((body) => typeof body === 'object' && body !== null);

/** Yoga's own parser takes whatever has a `then` for a promise, and fails. */
function readParams(text: string): GraphQLParams {
  const params = paramsSchema.safeParse(parseJson(text));
  if (!params.success) throw refuse(400, 'the body has to be a JSON object');
  if ('then' in params.data) throw refuse(400, 'there is no parameter "then"');
  return params.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw refuse(400, 'the body is no JSON');
    throw error;
  }
}
