import type { Plugin } from 'graphql-yoga';
import { refuse } from './refuse.ts';

/** Deepest nesting of variables; what reads them goes down level by level. */
const maxNesting = 60;

/**
 * Refuses broken JSON in a URL, and what neither the database nor the executor can take: NUL characters and variables
 * without end.
 */
export function useWellFormedParams(): Plugin {
  return {
    onRequestParse({ requestParser, setRequestParser }) {
      if (requestParser) setRequestParser((request) => refuseBrokenJson(() => requestParser(request)));
    },
    onParams({ params }) {
      if (JSON.stringify(params).includes('\\u0000')) throw refuse(400, 'NUL characters are not taken');
      checkNesting(params.variables);
    },
  };
}

/** Yoga's own parser of URLs lets the errors of JSON.parse through. */
async function refuseBrokenJson<Params>(parse: () => Params | Promise<Params>): Promise<Params> {
  try {
    return await parse();
  } catch (error) {
    if (error instanceof SyntaxError)
      throw refuse(400, '"variables" and "extensions" of a URL have to be JSON');
    throw error;
  }
}

function checkNesting(variables: unknown): void {
  let level = [variables];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > maxNesting) throw refuse(400, `"variables" may be nested ${maxNesting} levels deep`);
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? Object.values(value) : [],
    );
  }
}
