import { HttpRefusal } from '../errors.ts';
import type { ByteReader } from './byte-reader.ts';

/** The head of a request as it came in. */
export interface RequestHead {
  readonly method: string;
  readonly target: string;
  /** `HTTP/1.1`: the answer repeats it. */
  readonly protocol: string;
  readonly minorVersion: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** How a head can end: read, refused in this protocol, too large to be answered at all, or cut off. */
export type HeadResult =
  | { readonly kind: 'head'; readonly head: RequestHead }
  | { readonly kind: 'refused'; readonly refusal: HttpRefusal; readonly protocol: string }
  | { readonly kind: 'too large' }
  | { readonly kind: 'over' };

/** Counted with the empty line at the end. */
const maxLines = 64;
const maxBytes = 8192;
/** Before the request's own protocol is known, refusals are in the oldest one. */
const oldest = 'HTTP/1.0';

/** The first line of a request; undefined when it is none. */
export function parseRequestLine(
  line: string,
):
  | { readonly method: string; readonly target: string; readonly major: number; readonly minor: number }
  | undefined {
  const match = /(\S+) (\S+) HTTP\/(\d+)\.(\d+)/.exec(line);
  if (!match) return undefined;
  const [, method = '', target = '', major, minor] = match;
  return { method, target, major: Number(major), minor: Number(minor) };
}

/** Reads the header lines that follow a request's first line. */
export async function readHead(reader: ByteReader, line: string): Promise<HeadResult> {
  const first = parseRequestLine(line);
  if (!first) return refuse('bad request', 400);
  const { method, target, major, minor } = first;
  if (major !== 1) return refuse(`http protocol version ${major}.${minor} not supported`, 506);
  if (/^[^/]*@/.test(target)) return refuse('invalid url', 400);
  const protocol = `HTTP/${major}.${minor}`;
  const headers = new Map<string, string>();
  let last: string | undefined;
  for (let lines = 1, bytes = 0; ; lines += 1) {
    const text = await reader.readLine();
    if (text === undefined) return { kind: 'over' };
    bytes += text.length;
    if (lines >= maxLines || bytes >= maxBytes) return { kind: 'too large' };
    if (text === '') break;
    const field = /^([^:\s]+)\s*:\s*(.*)/.exec(text);
    const more = field ? undefined : /^\s+(.*)/.exec(text)?.[1];
    if (field) last = addHeader(headers, field[1] ?? '', field[2] ?? '');
    else if (more !== undefined) headers.set(last ?? '', `${headers.get(last ?? '') ?? ''} ${more}`);
    else return refuse('unable to parse request header', 506, protocol);
  }
  return {
    kind: 'head',
    head: { method, target, protocol, minorVersion: minor, headers: Object.fromEntries(headers) },
  };
}

/** Whether the client would like to go on with the connection: the old protocol has to say so. */
export function wantsConnection({ headers, minorVersion }: RequestHead): boolean {
  const said = headers['connection'];
  return said === undefined || said === '' ? minorVersion >= 1 : !/close/i.test(said);
}

/** A header that comes more than once is one list. */
function addHeader(headers: Map<string, string>, name: string, value: string): string {
  const key = name.toLowerCase();
  const before = headers.get(key);
  headers.set(key, before === undefined ? value : `${before}, ${value}`);
  return key;
}

function refuse(text: string, status: number, protocol = oldest): HeadResult {
  return { kind: 'refused', refusal: new HttpRefusal(status, text, text), protocol };
}
