import { z } from 'zod';
import { answerLimits, cut } from './answer-limits.ts';
import type { TransportResponse } from './transport.ts';

/** The server's words about a failure. */
export interface ServerWords {
  message: string;
  parameterErrors: Readonly<Record<string, string>>;
}

const envelope = z.looseObject({ data: z.unknown() });
const failure = z.looseObject({
  message: z.string().nullish(),
  errors: z.record(z.string(), z.coerce.string()).nullish(),
});

/** The `data` of a good answer, wrapped so that null is told from nothing. Undefined when it is not Proxmox's JSON. */
export function readData(body: string): { data: unknown } | undefined {
  const parsed = envelope.safeParse(parseJson(body));
  return parsed.success ? { data: parsed.data.data } : undefined;
}

/**
 * The server's words, from wherever its version puts them: `message`, then `errors`, then a body of plain text, then the
 * reason phrase.
 */
export function readServerWords({ body, reason }: Pick<TransportResponse, 'body' | 'reason'>): ServerWords {
  const beginning = body.slice(0, answerLimits.failureCharacters);
  const parsed = failure.safeParse(parseJson(beginning));
  const { message, errors } = parsed.success ? parsed.data : {};
  const parameterErrors = Object.fromEntries(
    Object.entries(errors ?? {}).map(([parameter, why]) => [parameter, cut(why.trim())]),
  );
  const general = message?.trim() || plainText(beginning) || reason.trim();
  const words = [general, flatten(parameterErrors)].filter(Boolean).join(' ');
  return { message: cut(words), parameterErrors };
}

function flatten(errors: Readonly<Record<string, string>>): string {
  return Object.entries(errors)
    .map(([parameter, why]) => `${parameter}: ${why.replace(/\s*\n\s*/g, '; ')}`)
    .join(', ');
}

/** Text that the HTTP layer sends in place of JSON; a page of some proxy on the way is none. */
function plainText(body: string): string {
  const text = body.trim();
  return text.startsWith('{') || text.startsWith('<') ? '' : text;
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    // The parser's text quotes the body, which may hold a ticket: what is not JSON is simply no answer.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
