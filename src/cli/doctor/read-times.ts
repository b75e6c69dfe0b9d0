import { z } from 'zod';
import { pathOf } from '../../proxmox/http/call.ts';
import type { ProxmoxClient } from '../../proxmox/client.ts';
import { orUndefined } from './answer.ts';

/** How far a node's clock is ahead of ours, seconds, and how many seconds pass there in one of ours. */
export interface NodeTime {
  readonly ahead: number;
  /** Asked for only where the clocks differ. */
  readonly speed?: number;
}

/** So much is no difference: answers take their time, and are in whole seconds. */
const tolerable = 5;
/** Between two looks, so that a clock that runs faster than ours is known by it. */
const pauseMs = 2_000;

const answer = z.object({ time: z.coerce.number() });

/** Every node's time; undefined where a node does not tell it. */
export async function readTimes(
  client: ProxmoxClient,
  nodes: readonly string[],
): Promise<Map<string, NodeTime | undefined>> {
  const times = nodes.map(async (node) => [node, await readTime(client, node)] as const);
  return new Map(await Promise.all(times));
}

async function readTime(client: ProxmoxClient, node: string): Promise<NodeTime | undefined> {
  const first = await look(client, node);
  if (first === undefined) return undefined;
  const ahead = first.there - first.here;
  if (Math.abs(ahead) <= tolerable) return { ahead };
  await client.clock.sleep(pauseMs);
  const second = await look(client, node);
  if (second === undefined) return { ahead };
  return { ahead, speed: (second.there - first.there) / (second.here - first.here) };
}

/** Both clocks at one moment, seconds; half of the way there and back is taken off. */
async function look(
  client: ProxmoxClient,
  node: string,
): Promise<{ here: number; there: number } | undefined> {
  const before = client.clock.now();
  const path = `${pathOf('nodes', node)}/time`;
  const found = await orUndefined(client.call({ method: 'GET', path, answer }));
  const here = (before + client.clock.now()) / 2000;
  return found && { here, there: found.time };
}
