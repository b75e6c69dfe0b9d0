import type { ProxmoxClient } from '../../proxmox/client.ts';
import { getPermissions } from '../../proxmox/endpoints/access.ts';
import { getGuestStatus } from '../../proxmox/endpoints/guests.ts';
import { listReplicationJobs } from '../../proxmox/endpoints/replication-jobs.ts';
import { listNodeTasks, type TaskRow } from '../../proxmox/endpoints/tasks.ts';
import { isProxmoxError } from '../../proxmox/failures/proxmox-error.ts';
import { findLinkedClones } from './linked-clones.ts';
import type { PresentGuest } from './look.ts';
import { findObstacle, type LockFacts, type Obstacle, type RemovalFacts } from './obstacle.ts';

export interface ObstacleSearch {
  client: ProxmoxClient;
  guest: PresentGuest;
  /** It may be stopped when it runs. */
  stop: boolean;
  /** It was never finished: a protection on it was inherited from its source, nobody meant it. */
  halfMade?: boolean;
  /** Linked clones do not count: the caller sees to them. */
  passClones?: boolean;
  signal?: AbortSignal;
}

/** Looks for what would keep a guest from being removed; changes nothing. Undefined: it can be removed now. */
export async function lookForObstacle(search: ObstacleSearch): Promise<Obstacle | undefined> {
  return findObstacle(await readFacts(search));
}

async function readFacts(search: ObstacleSearch): Promise<RemovalFacts> {
  const { client, guest, stop, halfMade = false, passClones = false, signal } = search;
  const { address, config } = guest;
  const [{ status, haManaged }, jobs, clones, lock] = await Promise.all([
    getGuestStatus(client, address, { signal }),
    listJobs(search),
    config.template && !passClones ? findLinkedClones({ client, signal }, address) : [],
    readLock(search),
  ]);
  const running = status === 'running';
  const needed = ['VM.Allocate', ...(running && stop ? ['VM.PowerMgmt'] : [])];
  const unprotect = halfMade && config.protection ? ['VM.Config.Options'] : [];
  return {
    address,
    isProtected: config.protection && !halfMade,
    haManaged,
    jobs,
    clones,
    running,
    stop,
    missingRights: await findMissingRights(search, [...needed, ...unprotect]),
    lock,
  };
}

/** What Proxmox itself will check, asked beforehand: a guest that was stopped in vain is down for nothing. */
async function findMissingRights(
  { client, guest, signal }: ObstacleSearch,
  needed: readonly string[],
): Promise<string[]> {
  const path = `/vms/${guest.address.vmid}`;
  const held = await ifAnswered(getPermissions(client, { path, signal }));
  if (held === undefined) return [];
  const rights = held[path] ?? {};
  return needed.filter((privilege) => !(privilege in rights));
}

async function listJobs({ client, guest, signal }: ObstacleSearch): Promise<string[]> {
  const jobs = (await ifAnswered(listReplicationJobs(client, { signal }))) ?? [];
  return jobs.map(({ id }) => id).filter((id) => id.startsWith(`${guest.address.vmid}-`));
}

async function readLock({ client, guest, signal }: ObstacleSearch): Promise<LockFacts | undefined> {
  const { address, config } = guest;
  if (config.lock === undefined) return undefined;
  const tasks = await listNodeTasks(client, address.node, { source: 'active', signal });
  const isHolder = ({ type, id }: TaskRow) => id === String(address.vmid) || backsUpMany({ type, id });
  return { name: config.lock, held: tasks.some((task) => task.running && isHolder(task)) };
}

/** One task of a backup job locks one guest after the other and names none. */
function backsUpMany({ type, id }: Pick<TaskRow, 'type' | 'id'>): boolean {
  return type === 'vzdump' && id === undefined;
}

/** What a server does not tell is no obstacle: the removal itself will say. */
async function ifAnswered<Result>(asked: Promise<Result>): Promise<Result | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isProxmoxError(error, 'FORBIDDEN', 'NOT_IMPLEMENTED', 'PARAMETER', 'PARAMETER_UNSUPPORTED'))
      return undefined;
    throw error;
  }
}
