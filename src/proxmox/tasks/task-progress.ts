/** What the log said about how far a copy is. */
export interface TaskProgress {
  /** Bytes done of the disk that is being copied. */
  transferred: number;
  /** Bytes to be done of it; undefined where the log does not say. */
  total?: number;
  /** 0 to 100, where the whole is known. */
  percent?: number;
}

/** Reads a task's log line by line; a line's meaning depends on those before it. */
export interface ProgressReader {
  /** The progress that this line tells, or undefined. */
  read(line: string): TaskProgress | undefined;
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

/** A clone: `transferred 1.2 GiB of 10.0 GiB (12.00%)`; mirror jobs put `drive-scsi0: ` before it. */
const transferredLine = new RegExp(String.raw`transferred ${size} of ${size} \((\d+(?:\.\d+)?)%\)`);

/** A migration: dd says where it is, and at its end `… records out` and then the whole. The size may stand before. */
const copiedLine = /(\d+) bytes(?: \([^)]*\))? (?:copied|transferred)/;
const recordsLine = /\d+\+\d+ records out$/;
const formattingLine = /Formatting '.* size=(\d+)/;

/** A migration of ZFS: first about how much it is, then a line each second. */
const estimateLine = new RegExp(String.raw`estimated size is ${size}`);
const sentLine = new RegExp(String.raw`\d\d:\d\d:\d\d +${size} +\S+@\S+$`);

/** A reader for one log, from its first line on. */
export function createProgressReader(): ProgressReader {
  let announced: number | undefined;
  let atEnd = false;

  function readCopied(line: string): TaskProgress | undefined {
    const copied = Number(copiedLine.exec(line)?.[1]);
    if (Number.isNaN(copied)) return undefined;
    return measure(copied, announced ?? (atEnd ? copied : undefined));
  }

  function readSent(line: string): TaskProgress | undefined {
    const [, done, unit] = sentLine.exec(line) ?? [];
    return done === undefined ? undefined : measure(bytes(done, unit), announced);
  }

  /** At the end all is there, whatever was announced: formats add a little. */
  function measure(copied: number, total: number | undefined): TaskProgress | undefined {
    if (total === undefined) return { transferred: copied };
    if (total === 0) return undefined;
    const transferred = atEnd ? total : Math.min(copied, total);
    return { transferred, total, percent: Math.round((transferred / total) * 10_000) / 100 };
  }

  return {
    read: (line) => {
      const progress = readTransferred(line) ?? readCopied(line) ?? readSent(line);
      const [, estimate, unit] = estimateLine.exec(line) ?? [];
      announced = Number(formattingLine.exec(line)?.[1]) || bytes(estimate, unit) || announced;
      atEnd = recordsLine.test(line);
      return progress;
    },
  };
}

function readTransferred(line: string): TaskProgress | undefined {
  const [, done, doneUnit, all, allUnit, percent] = transferredLine.exec(line) ?? [];
  if (percent === undefined) return undefined;
  return { transferred: bytes(done, doneUnit), total: bytes(all, allUnit), percent: Number(percent) };
}

function bytes(count: string | undefined, unit: string | undefined): number {
  return Math.round(Number(count) * (units[unit ?? 'B'] ?? 1));
}
