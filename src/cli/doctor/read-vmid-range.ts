import { z } from 'zod';
import type { ProxmoxClient } from '../../proxmox/client.ts';
import { orUndefined } from './answer.ts';
import type { VmidRange } from './judge-vmids.ts';

const answer = z.looseObject({ 'next-id': z.unknown() });

/** The datacenter's range of free VMIDs, or Proxmox's own. */
export async function readVmidRange(client: ProxmoxClient): Promise<VmidRange> {
  const options = await orUndefined(client.call({ method: 'GET', path: '/cluster/options', answer }));
  const text = JSON.stringify(options?.['next-id'] ?? '');
  const read = (key: string, otherwise: number) =>
    Number(new RegExp(`${key}"?[=:]"?(\\d+)`).exec(text)?.[1] ?? otherwise);
  return { first: read('lower', 100), last: read('upper', 1_000_000) - 1 };
}
