import type { GuestAddress } from '../../proxmox/guests/guest.ts';

/** What stands in the way of removing a guest, as words for programs. */
export type ObstacleCode =
  | 'PROTECTED'
  | 'HA_MANAGED'
  | 'REPLICATION_JOB'
  | 'HAS_LINKED_CLONES'
  | 'RUNNING'
  | 'FORBIDDEN'
  | 'LOCKED';

/** Why a guest cannot be removed now, and what would have to be done so that it can. */
export interface Obstacle {
  code: ObstacleCode;
  message: string;
}

/** What decides whether a guest can be removed: read before anything is touched. */
export interface RemovalFacts {
  address: GuestAddress;
  /** Somebody has protected it against removal. */
  isProtected: boolean;
  haManaged: boolean;
  /** Jobs of Proxmox's storage replication. */
  jobs: readonly string[];
  /** Guests that hang on its disks. */
  clones: readonly number[];
  running: boolean;
  /** It may be stopped when it runs. */
  stop: boolean;
  /** Privileges that its removal needs and that the account does not hold. */
  missingRights: readonly string[];
  lock?: LockFacts;
}

export interface LockFacts {
  /** Proxmox's word, for instance `backup`. */
  name: string;
  /** A task runs that will take it off. */
  held: boolean;
}

/**
 * The first thing that stands in the way of a removal. Pure. What a person decided comes first: protection, HA and
 * replication jobs are never taken off, they say that the guest is wanted.
 */
export function findObstacle(facts: RemovalFacts): Obstacle | undefined {
  return findWish(facts) ?? findUse(facts) ?? findMissingRight(facts) ?? findLock(facts);
}

function findWish({ address, isProtected, haManaged, jobs }: RemovalFacts): Obstacle | undefined {
  const { vmid, kind, node } = address;
  const [tool, type] = kind === 'qemu' ? ['qm', 'vm'] : ['pct', 'ct'];
  if (isProtected) {
    const message = `Guest ${vmid} on ${node} is protected against removal and stays. To let it go: ${tool} set ${vmid} --protection 0`;
    return { code: 'PROTECTED', message };
  }
  if (haManaged) {
    const message = `Guest ${vmid} on ${node} is managed by HA and stays as it is. To let it go: ha-manager remove ${type}:${vmid}`;
    return { code: 'HA_MANAGED', message };
  }
  if (jobs.length === 0) return undefined;
  const commands = jobs.map((job) => `pvesr delete ${job}`).join(' && ');
  const message = `Guest ${vmid} on ${node} has a replication job and stays as it is. To let it go: ${commands}`;
  return { code: 'REPLICATION_JOB', message };
}

function findUse({ address, clones, running, stop }: RemovalFacts): Obstacle | undefined {
  const { vmid } = address;
  if (clones.length > 0) {
    const message = `Template ${vmid} stays: the linked clones ${clones.join(', ')} hang on it.`;
    return { code: 'HAS_LINKED_CLONES', message };
  }
  if (!running || stop) return undefined;
  return { code: 'RUNNING', message: `Guest ${vmid} is running; it is not removed.` };
}

function findMissingRight({ address, missingRights, running }: RemovalFacts): Obstacle | undefined {
  if (missingRights.length === 0) return undefined;
  const { vmid, node } = address;
  const rights = missingRights.join(' and ');
  const state = running ? ', which runs,' : '';
  const message = `Guest ${vmid} on ${node}${state} stays as it is: the account lacks ${rights} on /vms/${vmid}.`;
  return { code: 'FORBIDDEN', message };
}

/** A lock that no task holds stays for ever: only root takes it off. */
function findLock({ address, lock }: RemovalFacts): Obstacle | undefined {
  if (lock === undefined) return undefined;
  const { vmid, node, kind } = address;
  const command = `${kind === 'qemu' ? 'qm' : 'pct'} unlock ${vmid}`;
  const advice = lock.held
    ? ''
    : ` No task is seen that would take it off; if there is none, run "${command}" on ${node}.`;
  const message = `Guest ${vmid} on ${node} is locked (${lock.name}) and stays until the lock is off.${advice}`;
  return { code: 'LOCKED', message };
}
