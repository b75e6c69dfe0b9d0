import type { PrismaClient } from '../../../prisma/generated/sqlite/client.ts';
import { suggest } from '../../names/did-you-mean.ts';
import { RequestError } from '../errors.ts';

/** Refuses the id of a cluster that the store has never heard of. @throws {RequestError} CLUSTER_NOT_FOUND */
export async function requireCluster(
  { cluster }: PrismaClient,
  { clusterId }: { readonly clusterId?: string | null },
): Promise<void> {
  if (clusterId === undefined || clusterId === null) return;
  const clusters = await cluster.findMany({ select: { id: true }, orderBy: { id: 'asc' } });
  const ids = clusters.map(({ id }) => id);
  if (ids.includes(clusterId)) return;
  throw new RequestError(
    'CLUSTER_NOT_FOUND',
    `there is no cluster "${clusterId}"${tellKnown(clusterId, ids)}`,
  );
}

/**
 * Refuses the name of a node that a cluster does not have: a mistyped name is no node that is far from all templates. Of
 * a cluster that no scan has reached nothing is known. @throws {RequestError} BAD_USER_INPUT
 */
export async function requireNode(
  { node }: PrismaClient,
  { clusterId, name }: { readonly clusterId: string | null; readonly name: string },
): Promise<void> {
  if (clusterId === null) return;
  const nodes = await node.findMany({
    where: { clusterId },
    select: { name: true },
    orderBy: { name: 'asc' },
  });
  const names = nodes.map((one) => one.name);
  if (names.length === 0 || names.includes(name)) return;
  throw new RequestError('BAD_USER_INPUT', `${clusterId} has no node "${name}"${tellKnown(name, names)}`);
}

function tellKnown(written: string, known: readonly string[]): string {
  return suggest(written, known) || (known.length > 0 ? `; there are ${known.join(', ')}` : '');
}
