import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { onRequestHookHandler } from 'fastify';
import { replyError, type Reply } from './answers/reply.ts';
import { openPaths } from './routes/probes.ts';
import { sendReply } from './answers/send-reply.ts';

/** Looks whether a request may be served: undefined when it may, else the answer that refuses it. */
type Check = (headers: IncomingHttpHeaders) => Reply | undefined;

/** Makes the hook that lets in or refuses each request, before anything else is done for it. */
export function createAuthentication(apiToken: string | undefined): onRequestHookHandler {
  const check = createCheck(apiToken);
  return (request, reply, next) => {
    if (openPaths.has(request.url)) return next();
    const refused = check(request.headers);
    if (!refused) return next();
    // What is left of a body is not read: the connection can not be used again, and the client is told so.
    const headers: Record<string, string> = request.method === 'POST' ? { connection: 'close' } : {};
    sendReply(reply, { ...refused, headers: { ...refused.headers, ...headers } });
  };
}

/**
 * Makes the check of every request. With a token, every route but /livez and /readyz asks for it: as a bearer token, or (for browsers) as the
 * password of basic authentication. Without one the server is bound to loopback only, and a page of another site whose
 * name was made to point here is refused by its Host header.
 */
function createCheck(apiToken: string | undefined): Check {
  if (apiToken === undefined) return createHostCheck();
  const expected = hash(apiToken);
  return ({ authorization }) => {
    const given = readToken(authorization ?? '');
    if (given !== undefined && timingSafeEqual(hash(given), expected)) return undefined;
    const message = 'this server asks for a token: send the header "Authorization: Bearer <API_TOKEN>"';
    return replyError(401, message, {
      'www-authenticate': 'Bearer realm="Template Hub", Basic realm="Template Hub"',
    });
  };
}

function readToken(authorization: string): string | undefined {
  const [, scheme, value] = /^(Bearer|Basic) +(\S+) *$/i.exec(authorization) ?? [];
  if (scheme === undefined || value === undefined) return undefined;
  if (scheme.toLowerCase() === 'bearer') return value;
  const credentials = Buffer.from(value, 'base64').toString('utf8');
  return credentials.slice(credentials.indexOf(':') + 1);
}

function createHostCheck(): Check {
  let lastGood: string | undefined;
  return ({ host }) => {
    if (host === lastGood) return undefined;
    if (host !== undefined && !isLocalHost(host)) return replyError(403, foreignHost);
    lastGood = host;
    return undefined;
  };
}

const foreignHost =
  'without API_TOKEN this server answers to localhost and to addresses only, not to other names';

/** Names that no one else can point to this machine: localhost and literal addresses. */
function isLocalHost(host: string): boolean {
  const name = host.replace(/:\d*$/, '').toLowerCase();
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    /^(?:\d+\.){3}\d+$/.test(name) ||
    /^\[[\da-f:.]+\]$/.test(name)
  );
}

/** Hashes have one length, whatever the length of the token: comparing them tells nothing about it. */
function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
