import type { ProxmoxClient } from '../../proxmox/client.ts';
import { getPermissions, type Permissions } from '../../proxmox/endpoints/access.ts';
import { askFor } from './answer.ts';
import type { Account } from './grants.ts';
import { listLevels, pathsBelow, type HeldRights, type RightsByPath } from './held-rights.ts';

/** What we hold on these paths, and of a token's user what it holds, where that may be asked for. */
export async function readHeldRights(
  client: ProxmoxClient,
  { user, token }: Account,
  paths: readonly string[],
): Promise<HeldRights> {
  const wanted = [...new Set(['/', ...paths.flatMap(listLevels)])];
  const asked = [...new Set([...wanted, ...wanted.flatMap((path) => pathsBelow[path] ?? [])])];
  const ours = await readRights(client, asked);
  if (token === undefined) return { ours };
  const users = await askFor(readRights(client, asked, user));
  return 'value' in users ? { ours, users: users.value } : { ours };
}

async function readRights(
  client: ProxmoxClient,
  paths: readonly string[],
  user?: string,
): Promise<RightsByPath> {
  const rights = await Promise.all(
    paths.map(async (path): Promise<[string, Permissions]> => [
      path,
      await getPermissions(client, { path, user }),
    ]),
  );
  return new Map(rights);
}
