/** What a UPID says about a task. */
export interface UpidParts {
  readonly node: string;
  readonly pid: number;
  readonly pstart: number;
  /** Epoch seconds. */
  readonly startTime: number;
  readonly type: string;
  /** Usually a VMID; may be empty. */
  readonly id: string;
  /** `user@realm`, or `user@realm!token`. */
  readonly user: string;
}

const pattern =
  /^UPID:([A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?):([0-9A-Fa-f]{8}):([0-9A-Fa-f]{8,9}):([0-9A-Fa-f]{8}):([^:\s/]+):([^:\s/]*):([^:\s/]+):$/;

/** Reads a UPID; undefined when it is none. */
export function parseUpid(upid: string): UpidParts | undefined {
  const match = pattern.exec(upid);
  if (!match) return undefined;
  const [, node = '', pid = '', pstart = '', start = '', type = '', id = '', user = ''] = match;
  return {
    node,
    pid: Number.parseInt(pid, 16),
    pstart: Number.parseInt(pstart, 16),
    startTime: Number.parseInt(start, 16),
    type,
    id,
    user,
  };
}

/** Writes a UPID. */
export function formatUpid(parts: UpidParts): string {
  const hex = (value: number): string => value.toString(16).toUpperCase().padStart(8, '0');
  return `UPID:${parts.node}:${hex(parts.pid)}:${hex(parts.pstart)}:${hex(parts.startTime)}:${parts.type}:${parts.id}:${parts.user}:`;
}
