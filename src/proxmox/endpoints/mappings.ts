import { z } from 'zod';
import type { CallOptions } from '../http/call.ts';
import { pathOf } from '../http/call.ts';
import type { ProxmoxClient } from '../client.ts';
import { listOf, maybe, text } from '../lenient.ts';
import { parseProperties } from '../guests/property-string.ts';

/** What a name stands for on each node that has something under it. */
export interface Mapping {
  id: string;
  nodes: string[];
}

const answer = listOf(
  z.object({ id: text, map: maybe(z.array(text)) }).transform(({ id, map = [] }): Mapping => ({
    id,
    nodes: map.flatMap((entry) => parseProperties(entry, '').get('node') ?? []),
  })),
);

/** The mapped devices (or folders) that the caller may see or use. Versions before 8.0 have none (NOT_IMPLEMENTED). */
export function listMappings(client: ProxmoxClient, type: string, options?: CallOptions): Promise<Mapping[]> {
  return client.call({ method: 'GET', path: pathOf('cluster', 'mapping', type), answer, ...options });
}
