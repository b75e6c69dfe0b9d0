import { z } from 'zod';
import type { CallOptions } from '../http/call.ts';
import type { ProxmoxClient } from '../client.ts';
import { text } from '../lenient.ts';
import { pathOf } from '../http/call.ts';

export interface Version {
  /** `9.2.11` */
  version: string;
  /** `9.2` */
  release: string;
  repoid: string;
}

const answer = z.object({ version: text, release: text, repoid: text });

/** The version of the node that answers; nodes of one cluster may differ during an upgrade. */
export function getVersion(client: ProxmoxClient, options?: CallOptions): Promise<Version> {
  return client.call({ method: 'GET', path: '/version', answer, ...options });
}

/** The version of one node. */
export function getNodeVersion(client: ProxmoxClient, node: string, options?: CallOptions): Promise<Version> {
  return client.call({ method: 'GET', path: pathOf('nodes', node, 'version'), answer, ...options });
}
