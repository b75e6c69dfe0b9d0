import { createGraphQLError, type Plugin } from 'graphql-yoga';

/**
 * Takes POSTs of JSON only. Forms and plain text can be sent by any web page without asking first, so they are refused:
 * this prevents cross-site request forgery.
 */
export function useJsonOnly(): Plugin {
  return {
    onRequestParse({ request }) {
      const type = request.headers.get('content-type') ?? '';
      if (request.method !== 'POST' || /^application\/(?:[\w.]+\+)?json\s*(?:;|$)/i.test(type)) return;
      throw createGraphQLError(
        'send the operation as JSON, with the header "Content-Type: application/json"',
        {
          extensions: { code: 'BAD_REQUEST', http: { status: 415 } },
        },
      );
    },
  };
}
