import { z } from 'zod';
import { HubError } from '../../errors/hub-error.ts';

/** What the unique id of a task says. */
export interface Upid {
  node: string;
  pid: number;
  /** Start of the process in ticks since the node booted. */
  processStart: number;
  /** Seconds since the epoch. */
  startTime: number;
  /** For instance `qmclone`, `qmigrate`, `qmtemplate`, `qmdestroy`. */
  type: string;
  /** Mostly a vmid; of a clone it is the source's. May be empty. */
  id: string;
  /** User or token id, for instance `root@pam!hub`. */
  user: string;
}

const pattern =
  /^UPID:([a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?):([0-9A-Fa-f]{8}):([0-9A-Fa-f]{8,9}):([0-9A-Fa-f]{8}):([^:\s]+):([^:\s]*):([^:\s]+):$/;

/** Takes a UPID apart. Throws a HubError with code BAD_UPID when the text is none. */
export function parseUpid(upid: string): Upid {
  const [, node, pid, processStart, startTime, type, id, user] = pattern.exec(upid) ?? [];
  if (node === undefined || type === undefined || user === undefined || id === undefined) {
    throw new HubError(
      'BAD_UPID',
      `"${upid}" is not a task id of Proxmox (UPID:node:pid:pstart:time:type:id:user:).`,
    );
  }
  return { node, pid: hex(pid), processStart: hex(processStart), startTime: hex(startTime), type, id, user };
}

/** Whether `text` has the form of a UPID. */
export function isUpid(text: string): boolean {
  return pattern.test(text);
}

/** The text of a UPID, as Proxmox writes it. */
export function formatUpid({ node, pid, processStart, startTime, type, id, user }: Upid): string {
  return `UPID:${node}:${toHex(pid)}:${toHex(processStart)}:${toHex(startTime)}:${type}:${id}:${user}:`;
}

/** The answer of a call that starts a task. */
export const upidAnswer = z.string().regex(pattern, 'is not a task id (UPID:…)');

function hex(digits: string | undefined): number {
  return Number.parseInt(digits ?? '', 16);
}

function toHex(value: number): string {
  return value.toString(16).toUpperCase().padStart(8, '0');
}
