import { z } from 'zod';

import { toText, type Json } from './json.ts';

/** Who asked, where a recording names callers instead of showing what they sent. */
export type Caller =
  | { readonly kind: 'nobody' }
  /** Logged in with a password: the ticket and its CSRF token are sent. */
  | { readonly kind: 'ticket'; readonly user: string }
  | { readonly kind: 'token'; readonly user: string; readonly id: string };

const requestSchema = z.object({
  method: z.string().min(1),
  /** Path with query, percent-encoded exactly as it was sent. */
  path: z.string().startsWith('/'),
  headers: z.record(z.string(), z.string()),
  body: z.string().nullable(),
});

const responseSchema = z.object({
  status: z.number().int(),
  reason: z.string(),
  /** Pairs in their original order; a header may occur twice. */
  headers: z.array(z.tuple([z.string(), z.string()])),
  /** Parsed JSON, or the text itself where the answer was no JSON. */
  body: z.json(),
  /** Only where the answer was no JSON: its exact text, '' for an empty one. */
  raw_body: z.string().optional(),
});

const placeSchema = z.object({
  series: z.string().min(1),
  /** Version of Proxmox VE that answered. */
  pve: z.string().min(1),
  /** What was tried. */
  note: z.string(),
  /** Address the request was sent to, or the node's name. */
  node: z.string(),
  /** From opening the connection until the server closed it. */
  seconds: z.number().nonnegative(),
});

/** A line with the headers that were sent. */
const sentFormSchema = placeSchema.extend({ request: requestSchema, response: responseSchema });

/** A line that names the caller in place of the headers; bodies are forms, headers of answers an object. */
const callerFormSchema = placeSchema
  .extend({
    auth: z.string().nullable(),
    request: requestSchema.omit({ headers: true }),
    response: responseSchema.extend({ headers: z.record(z.string(), z.string()) }),
  })
  .transform(({ auth, request, response, ...place }, context): RecordedLine => {
    const caller = readCaller(auth);
    if (caller === undefined) {
      context.addIssue({ code: 'custom', path: ['auth'], message: `'${auth}' names no caller` });
      return z.NEVER;
    }
    return {
      ...place,
      caller,
      request: { ...request, headers: describeForm(request.body) },
      response: withRawBody({ ...response, headers: Object.entries(response.headers) }),
    };
  });

export type RecordedRequest = z.infer<typeof requestSchema>;
export type RecordedResponse = z.infer<typeof responseSchema>;
/** One line of a recording, whatever its form. */
export type RecordedLine = z.infer<typeof sentFormSchema> & { readonly caller?: Caller };

/** Reads the value of one line; what is wrong with it as a text when it is no recorded exchange. */
export function readLine(value: unknown): RecordedLine | string {
  const namesCaller = typeof value === 'object' && value !== null && 'auth' in value;
  const parsed = (namesCaller ? callerFormSchema : sentFormSchema).safeParse(value);
  if (parsed.success) return parsed.data;
  const [first, ...others] = parsed.error.issues;
  const rest = others.length > 0 ? ` (and ${others.length} more)` : '';
  return `${first?.path.join('.') ?? ''}: ${first?.message}${rest}`;
}

/** `root@pam ticket`, `user@realm!token`; nothing, `none` or `-` for nobody. */
function readCaller(auth: string | null): Caller | undefined {
  if (auth === null || /^(?:|-|none)$/.test(auth)) return { kind: 'nobody' };
  const [, user, id, isTicket] = /^([^\s!]+@[^\s!@]+)(?:!([^\s!=]+)|( ticket))$/.exec(auth) ?? [];
  if (user === undefined) return undefined;
  if (id !== undefined) return { kind: 'token', user, id };
  return isTicket === undefined ? undefined : { kind: 'ticket', user };
}

/** The headers that go with a body of parameters. */
export function describeForm(body: string | null): Record<string, string> {
  if (body === null) return {};
  const length = { 'Content-Length': String(Buffer.byteLength(body)) };
  return body === '' ? length : { 'Content-Type': 'application/x-www-form-urlencoded', ...length };
}

/** An answer without the content type of JSON is a text, or empty. */
function withRawBody(response: RecordedResponse): RecordedResponse {
  const isJson = response.headers.some(
    ([name, value]) => name.toLowerCase() === 'content-type' && value.startsWith('application/json'),
  );
  if (isJson || response.raw_body !== undefined) return response;
  const body: Json = response.body ?? '';
  return { ...response, body, raw_body: toText(body) };
}
