import { z } from 'zod';
import type { RawParameters, RawValue } from '../api/parameters.ts';
import type { Behaviour } from '../behaviour.ts';
import { ApiError, HttpRefusal } from '../errors.ts';
import type { SimulatorRequest } from './message.ts';

const methods = ['GET', 'POST', 'PUT', 'DELETE'];
const formType = 'application/x-www-form-urlencoded';

/** Refuses methods that the server does not know at all. */
export function checkMethod(method: string): void {
  if (!methods.includes(method)) throw new HttpRefusal(501, `method '${method}' not available`);
}

/** Where a request goes: `/api2/json/nodes/pve1/qemu?full=1`. */
export interface Address {
  /** Undefined when the path names none. */
  readonly format: string | undefined;
  /** Decoded segments behind the format. */
  readonly segments: readonly string[];
  /** The path as messages show it. */
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Reads the address of an API call; undefined when the path is not below /api2. */
export function parseAddress(target: string): Address | undefined {
  const [path, query] = splitOnce(target, '?');
  if (!path.startsWith('/api2')) return undefined;
  const match = /^\/api2\/+([a-z][a-z0-9]+)(\/.*)?$/.exec(path);
  const segments = (match?.[2] ?? '')
    .split('/')
    .filter((part) => part !== '')
    .map(decodeSegment);
  return { format: match?.[1], segments, path: `/${segments.join('/')}`, query: new URLSearchParams(query) };
}

/** Refuses bodies in pieces. */
export function checkTransfer({ headers }: SimulatorRequest): void {
  const encoding = headers?.['transfer-encoding'];
  if (encoding === undefined || encoding === '') return;
  const isChunked = encoding.toLowerCase() === 'chunked';
  const text = isChunked
    ? 'chunked transfer encoding not supported'
    : `Unknown transfer encoding '${encoding}'`;
  throw new HttpRefusal(501, text, text);
}

/** Checks what the head says of a body before that is read: where there must be none, its size, its type. */
export function checkBody(request: SimulatorRequest, behaviour: Behaviour): void {
  const { method, headers } = request;
  const length = measureBody(request);
  if (length === 0) return;
  if (method !== 'POST' && method !== 'PUT') {
    const text = `Unexpected content for method '${method}'`;
    throw new HttpRefusal(501, text, text);
  }
  if (length > behaviour.bodyLimit) throw new HttpRefusal(501, 'for data too large', 'for data too large');
  const type = headers?.['content-type'];
  if (type !== undefined && readType(type) !== formType && readType(type) !== 'application/json') {
    const text = `upload 'Content-Type '${type}' not implemented`;
    throw new HttpRefusal(506, text, text);
  }
}

function measureBody({ body, headers }: SimulatorRequest): number {
  return body === undefined ? Number(headers?.['content-length'] ?? 0) || 0 : Buffer.byteLength(body);
}

/** The body, read now if it has not come in yet. */
export async function receiveBody({ body, receive }: SimulatorRequest): Promise<string | undefined> {
  return body ?? (await receive?.());
}

/** Parameters of body and query; the query wins. */
export async function readParameters(
  request: SimulatorRequest,
  address: Address,
  behaviour: Behaviour,
): Promise<RawParameters> {
  const body = await receiveBody(request);
  const { headers } = request;
  const values = new Map<string, RawValue>();
  if (body !== undefined && body !== '') {
    const isJson = readType(headers?.['content-type'] ?? '') === 'application/json';
    for (const [name, value] of isJson ? readJson(body, behaviour) : readForm(new URLSearchParams(body))) {
      values.set(name, value);
    }
  }
  for (const [name, value] of readForm(address.query)) values.set(name, value);
  values.delete('_dc');
  return values;
}

function readForm(form: URLSearchParams): Map<string, RawValue> {
  const values = new Map<string, RawValue>();
  for (const name of new Set(form.keys())) {
    const all = form.getAll(name);
    values.set(name, all.length > 1 ? all : (all[0] ?? ''));
  }
  return values;
}

const jsonSchema = z.record(
  z.string(),
  z.union([
    z.string(),
    z.number(),
    z.boolean(),
    z.null(),
    z.array(z.union([z.string(), z.number()]).transform(String)),
  ]),
);

function readJson(body: string, behaviour: Behaviour): Map<string, RawValue> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch (error) {
    throw describeBrokenJson(body, behaviour, error);
  }
  const checked = jsonSchema.safeParse(parsed);
  if (!checked.success) throw new ApiError(400, 'Parameter verification failed.', {});
  return new Map(
    Object.entries(checked.data).flatMap(([key, value]) => (value === null ? [] : [[key, value] as const])),
  );
}

/** The complaint of Perl's JSON parser, near enough: it names the character where it stopped. */
function describeBrokenJson(body: string, { brokenJson }: Behaviour, cause: unknown): HttpRefusal {
  const position = Number(/position (\d+)/.exec(cause instanceof Error ? cause.message : '')?.[1] ?? 0);
  const offset = Math.min(position, body.length);
  const rest = body.slice(offset, offset + 20) || '(end of string)';
  const expected =
    body[offset - 1] === '{' || body[offset - 1] === ',' ? `'"' expected` : 'malformed JSON string';
  const place = `at /usr/share/perl5/PVE/APIServer/AnyEvent.pm line ${brokenJson.line}.`;
  const text = `${expected}, at character offset ${offset} (before "${rest}") ${place}\n`;
  return new HttpRefusal(brokenJson.status, text.trimEnd(), text);
}

function readType(header: string): string {
  return (header.split(';')[0] ?? '').trim().toLowerCase();
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (error instanceof URIError) return segment;
    throw error;
  }
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
