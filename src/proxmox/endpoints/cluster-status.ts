import { z } from 'zod';
import type { CallOptions } from '../http/call.ts';
import type { ProxmoxClient } from '../client.ts';
import { integer, maybe, maybeFlag, text } from '../lenient.ts';

export interface ClusterMember {
  name: string;
  /** 0 on a stand-alone node. */
  nodeId: number;
  /** Missing until the node has announced it. */
  ip?: string;
  online: boolean;
  /** The node that answers. */
  local: boolean;
}

export interface ClusterStatus {
  /** The cluster's own name; undefined on a stand-alone node. */
  name?: string;
  /** Whether the cluster may write. A stand-alone node always may. */
  quorate: boolean;
  members: ClusterMember[];
}

const row = z.object({
  type: z.string(),
  name: text,
  nodeid: maybe(integer),
  ip: maybe(text),
  online: maybeFlag,
  local: maybeFlag,
  quorate: maybeFlag,
});

const answer = z.array(row).transform((rows): ClusterStatus => {
  const cluster = rows.find((one) => one.type === 'cluster');
  const members = rows.filter((one) => one.type === 'node').map(toMember);
  return { name: cluster?.name, quorate: cluster?.quorate ?? true, members };
});

/** Quorum and members. Needs Sys.Audit on /. */
export function getClusterStatus(client: ProxmoxClient, options?: CallOptions): Promise<ClusterStatus> {
  return client.call({ method: 'GET', path: '/cluster/status', answer, ...options });
}

function toMember({ name, nodeid, ip, online, local }: z.output<typeof row>): ClusterMember {
  return { name, nodeId: nodeid ?? 0, ip, online, local };
}
