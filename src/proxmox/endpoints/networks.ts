import { z } from 'zod';
import type { CallOptions } from '../http/call.ts';
import { pathOf } from '../http/call.ts';
import type { ProxmoxClient } from '../client.ts';
import { listOf, text } from '../lenient.ts';

const answer = listOf(z.object({ iface: text }).transform(({ iface }) => iface));

/**
 * Bridges and networks of SDN that guests on a node can be plugged into, cut to those that the caller may use: without
 * SDN.Use or SDN.Audit the list is empty.
 */
export function listBridges(client: ProxmoxClient, node: string, options?: CallOptions): Promise<string[]> {
  const path = pathOf('nodes', node, 'network');
  return client.call({ method: 'GET', path, parameters: { type: 'any_bridge' }, answer, ...options });
}
