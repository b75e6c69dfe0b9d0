/** What a log line said about how far a copy is. */
export interface TaskProgress {
  /** Bytes done and to be done, of the disk that is being copied. */
  transferred: number;
  total: number;
  /** 0 to 100. */
  percent: number;
}

const units: Readonly<Record<string, number>> = {
  B: 1,
  K: 2 ** 10,
  M: 2 ** 20,
  G: 2 ** 30,
  T: 2 ** 40,
  P: 2 ** 50,
};

const size = String.raw`(\d+(?:\.\d+)?) ?([BKMGTP])(?:i?B)?`;

/** `transferred 1.2 GiB of 10.0 GiB (12.00%)`; mirror jobs say the same after `drive-scsi0: `, with a time at the end. */
const transferredLine = new RegExp(String.raw`transferred ${size} of ${size} \((\d+(?:\.\d+)?)%\)`);

/** What `dd` says at the end of a migrated volume: `10737418240 bytes (11 GB, 10 GiB) copied, 12 s, 890 MB/s`. */
const copiedLine = /(\d+) bytes(?: \([^)]*\))? (?:copied|transferred)/;

/** Reads one line of a task's log; undefined when it tells no progress. */
export function parseProgress(line: string): TaskProgress | undefined {
  const [, done, doneUnit, all, allUnit, percent] = transferredLine.exec(line) ?? [];
  if (percent !== undefined) {
    return { transferred: bytes(done, doneUnit), total: bytes(all, allUnit), percent: Number(percent) };
  }
  const copied = Number(copiedLine.exec(line)?.[1]);
  return Number.isNaN(copied) ? undefined : { transferred: copied, total: copied, percent: 100 };
}

/** The last progress that lines tell. */
export function lastProgress(lines: readonly string[]): TaskProgress | undefined {
  return lines.map(parseProgress).findLast((progress) => progress !== undefined);
}

function bytes(count: string | undefined, unit: string | undefined): number {
  return Math.round(Number(count) * (units[unit ?? 'B'] ?? 1));
}
