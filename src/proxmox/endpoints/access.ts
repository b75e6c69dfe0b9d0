import { z } from 'zod';
import type { CallOptions } from '../http/call.ts';
import type { ProxmoxClient } from '../client.ts';
import { flag, listOf, maybe, text } from '../lenient.ts';

/** Path → privilege → whether it also holds below that path. A privilege that is not held is missing. */
export type Permissions = Readonly<Record<string, Readonly<Record<string, boolean>>>>;

const answer = z
  .record(z.string(), z.record(z.string(), flag))
  .nullable()
  .transform((paths) => paths ?? {});

/**
 * Our own rights, or those of another `user`, which needs Sys.Audit on /access; name a `path` to be told about a certain
 * guest or storage.
 */
export function getPermissions(
  client: ProxmoxClient,
  { path, user, ...options }: CallOptions & { path?: string; user?: string } = {},
): Promise<Permissions> {
  return client.call({
    method: 'GET',
    path: '/access/permissions',
    parameters: { path, userid: user },
    answer,
    ...options,
  });
}

export interface Pool {
  id: string;
  comment?: string;
}

const pool = z
  .object({ poolid: text, comment: maybe(text) })
  .transform(({ poolid, comment }): Pool => ({ id: poolid, comment }));

/** The pools the caller may see. */
export function listPools(client: ProxmoxClient, options?: CallOptions): Promise<Pool[]> {
  return client.call({ method: 'GET', path: '/pools', answer: listOf(pool), ...options });
}
