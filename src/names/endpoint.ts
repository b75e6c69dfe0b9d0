import { isIPv6 } from 'node:net';

/** A host and, where it was written, its port. An IPv6 address stands without brackets. */
export interface Endpoint {
  readonly host: string;
  readonly port?: number;
}

const bracketed = /^\[(.*)\](?::(\d{1,5}))?$/;
const plain = /^([^:]+)(?::(\d{1,5}))?$/;

/**
 * Reads a place as people write it: `pve1`, `pve1.example.org:8006`, `10.0.0.1`, `::1`, `[::1]`, `[::1]:8006`.
 * Undefined when it is none; a whole URL is none.
 */
export function parseEndpoint(text: string): Endpoint | undefined {
  const written = text.trim();
  if (isIPv6(written)) return check({ host: written });
  const [, address, portAfterAddress] = bracketed.exec(written) ?? [];
  if (address !== undefined)
    return isIPv6(address) ? check({ host: address, port: toPort(portAfterAddress) }) : undefined;
  const [, host, port] = plain.exec(written) ?? [];
  return host === undefined ? undefined : check({ host, port: toPort(port) });
}

/** Reads a list of places, separated by commas, semicolons or blanks. Undefined when one of them is none. */
export function parseEndpoints(text: string): [Endpoint, ...Endpoint[]] | undefined {
  const found = text.split(/[,;\s]+/).filter((part) => part !== '');
  const [first, ...others] = found.map(parseEndpoint);
  return first && others.every((one) => one !== undefined) ? [first, ...others] : undefined;
}

/** `pve1:8006`, `[::1]:8006`; without a port `pve1`, `[::1]`. It can stand in a URL. */
export function formatEndpoint({ host, port }: Endpoint): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return port === undefined ? name : `${name}:${port}`;
}

/** What a URL cannot hold is no place, nor is a port that no machine has. */
function check(endpoint: Endpoint): Endpoint | undefined {
  const { host, port } = endpoint;
  const isPort = port === undefined || (port >= 1 && port <= 65_535);
  const isHost = /^[^\s/@?#%\\[\]]+$/.test(host) && URL.canParse(`https://${formatEndpoint({ host })}`);
  if (!isPort || !isHost) return undefined;
  return port === undefined ? { host } : endpoint;
}

function toPort(digits: string | undefined): number | undefined {
  return digits === undefined ? undefined : Number(digits);
}
