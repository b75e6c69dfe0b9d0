import { z } from 'zod';
import type { CallOptions } from '../http/call.ts';
import type { ProxmoxClient } from '../client.ts';
import { listOf, maybe, text } from '../lenient.ts';

/** `lrm:pve1` says `pve1 (maintenance mode, Fri Nov 27 22:31:42 2026)`. */
const answer = listOf(z.object({ type: maybe(text), node: maybe(text), status: maybe(text) })).transform(
  (rows) =>
    rows.flatMap(({ type, node, status = '' }) =>
      type === 'lrm' && node !== undefined && /\bmaintenance\b/.test(status) ? [node] : [],
    ),
);

/** Nodes that HA keeps in maintenance mode. Needs Sys.Audit on /. */
export function listNodesInMaintenance(client: ProxmoxClient, options?: CallOptions): Promise<string[]> {
  return client.call({ method: 'GET', path: '/cluster/ha/status/current', answer, ...options });
}
