import type { Plugin } from 'graphql-yoga';
import { refuse } from './refuse.ts';

/** Deepest nesting of parameters; what reads them goes down level by level. */
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
      for (const [name, value] of Object.entries(params)) checkValue(name, value, 0);
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

/** Looks through a parameter, level by level. */
function checkValue(parameter: string, value: unknown, depth: number): void {
  if (depth > maxNesting) throw refuse(400, `"${parameter}" may be nested ${maxNesting} levels deep`);
  if (typeof value === 'string') return checkText(value);
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    checkText(name);
    checkValue(parameter, inner, depth + 1);
  }
}

function checkText(text: string): void {
  if (text.includes('\0')) throw refuse(400, 'NUL characters are not taken');
}
