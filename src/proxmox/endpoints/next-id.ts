import type { CallOptions } from '../http/call.ts';
import type { ProxmoxClient } from '../client.ts';
import { integer } from '../lenient.ts';

/**
 * The lowest free vmid, or `vmid` itself when it is free. Nothing is reserved by asking.
 * Fails with VMID_TAKEN when `vmid` is not free, NO_FREE_VMID when the range is full.
 */
export function getNextId(
  client: ProxmoxClient,
  { vmid, ...options }: CallOptions & { vmid?: number } = {},
): Promise<number> {
  return client.call({
    method: 'GET',
    path: '/cluster/nextid',
    parameters: { vmid },
    answer: integer,
    ...options,
  });
}
