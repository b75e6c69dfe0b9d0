import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Whether a webhook may be sent to this address, which is what `host` of its URL stands for. */
export type AddressRule = (address: string, host: string) => boolean;

type Address = ReturnType<typeof ipaddr.parse>;
type Network = [Address, number];

/** All addresses of IPv6 that lead over the internet; the rest is of this machine, of its networks, or of nobody. */
const globalUnicast: Network = [ipaddr.parse('2000::'), 3];

/** Of a public class, and still of the machine's own provider: Azure answers with settings of the machine there. */
const providers: readonly Network[] = [[ipaddr.parse('168.63.129.16'), 32]];

/**
 * The rule of `WEBHOOK_ALLOW`: public addresses are allowed, and what is named: addresses, networks (`10.1.0.0/16`), or
 * hosts, which may then stand for any address.
 */
export function createAddressRule(allow: readonly string[]): AddressRule {
  const networks = allow.filter(isNetwork).map(parseNetwork);
  const hosts = new Set(allow.filter((entry) => !isNetwork(entry)).map((host) => host.toLowerCase()));
  return (text, host) => {
    if (hosts.has(host.toLowerCase())) return true;
    // An IPv4 address that is written as IPv6 (`::ffff:127.0.0.1`) is judged as what it is.
    const address = ipaddr.process(text);
    return isWithin(address, networks) || isPublic(address);
  };
}

/** Whether a text is an address, a network or a host name. Pure. */
export function isAllowEntry(entry: string): boolean {
  if (isNetwork(entry)) return true;
  return /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/i.test(entry) && !/^[\d.]+$/.test(entry);
}

/** Whether a text is an address of this very machine. Pure. */
export function isLoopbackAddress(text: string): boolean {
  return isIP(text) !== 0 && ipaddr.process(text).range() === 'loopback';
}

function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast') return false;
  return address.kind() === 'ipv4' ? !isWithin(address, providers) : isWithin(address, [globalUnicast]);
}

function isWithin(address: Address, networks: readonly Network[]): boolean {
  return networks.some((network) => network[0].kind() === address.kind() && address.match(network));
}

/** Whether a text is an address or a network: four decimal parts, or IPv6. Other ways to write one are nobody's intention. Pure. */
export function isNetwork(entry: string): boolean {
  const [address = ''] = entry.split('/', 1);
  return isIP(address) !== 0 && (entry === address || ipaddr.isValidCIDR(entry));
}

function parseNetwork(entry: string): Network {
  if (entry.includes('/')) return ipaddr.parseCIDR(entry);
  const address = ipaddr.process(entry);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}
