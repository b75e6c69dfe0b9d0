import type { IncomingHttpHeaders } from 'node:http';
import { isLoopbackAddress } from '../names/address-rule.ts';

/** Tells why a request is not answered; undefined when it is. */
export type FindForeignSite = (headers: IncomingHttpHeaders) => string | undefined;

/**
 * Makes the check of requests to a server without any token. A page of another site could reach
 * it from a browser on this machine: under a name of its own that was made to point here (Host), or at this address
 * (Origin).
 */
export function createSiteCheck(): FindForeignSite {
  let lastGood: string | undefined;
  return ({ host, origin }) => {
    if (host !== lastGood) {
      if (host !== undefined && !isAddressOrLocal(host)) return foreignHost;
      lastGood = host;
    }
    return origin === undefined || isOwnOrigin(origin, host) ? undefined : foreignOrigin;
  };
}

const foreignHost =
  'without a token this server answers to localhost and to addresses only, not to other names';
const foreignOrigin = 'without a token this server answers no pages of other sites';

/** Names that no one else can point to this machine: localhost and literal addresses. */
function isAddressOrLocal(host: string): boolean {
  const name = withoutPort(host);
  return isLocal(name) || /^(?:\d+\.){3}\d+$/.test(name) || /^\[[\da-f:.]+\]$/.test(name);
}

/** A page of this server, or of another one on this machine. */
function isOwnOrigin(origin: string, host: string | undefined): boolean {
  const [, site] = /^https?:\/\/([^/]+)$/i.exec(origin) ?? [];
  if (site === undefined) return false;
  return site.toLowerCase() === host?.toLowerCase() || isThisMachine(withoutPort(site));
}

function isThisMachine(name: string): boolean {
  return isLocal(name) || isLoopbackAddress(name.replace(/^\[(.*)\]$/, '$1'));
}

function isLocal(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost');
}

function withoutPort(host: string): string {
  return host.replace(/:\d*$/, '').toLowerCase();
}
