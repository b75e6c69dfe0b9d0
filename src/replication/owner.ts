import { hostname } from 'node:os';
import type { Random } from '../time/clock.ts';
import { createToken } from './token.ts';

/** Names this process in leases: `host/pid/token`. */
export function nameOwner(random: Random): string {
  return `${hostname()}/${process.pid}/${createToken(random)}`;
}

/**
 * Whether the process that an owner names is certainly gone, so that its lease need not be waited for: it was on this
 * machine and no process has its id. Of other machines' processes we know nothing.
 */
export function isOwnerGone(owner: string): boolean {
  const [host, pid] = owner.split('/');
  const id = Number(pid);
  if (host !== hostname() || !Number.isInteger(id) || id <= 0 || id === process.pid) return false;
  return !isProcessAlive(id);
}

function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, but another user's.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
