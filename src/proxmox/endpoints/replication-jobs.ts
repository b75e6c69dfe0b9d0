import { z } from 'zod';
import type { CallOptions } from '../http/call.ts';
import type { ProxmoxClient } from '../client.ts';
import { listOf, text } from '../lenient.ts';

/** A job of Proxmox's own storage replication. */
export interface ReplicationJob {
  /** `<vmid>-<number>`. */
  id: string;
}

const answer = listOf(z.object({ id: text }));

/** The cluster's replication jobs, of guests that the caller may audit. A guest with one cannot be deleted. */
export function listReplicationJobs(client: ProxmoxClient, options?: CallOptions): Promise<ReplicationJob[]> {
  return client.call({ method: 'GET', path: '/cluster/replication', answer, ...options });
}
