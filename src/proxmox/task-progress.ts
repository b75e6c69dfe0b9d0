/** What the log said about how far a copy is. */
export interface TaskProgress {
  /** Bytes done and to be done, of the disk that is being copied. */
  transferred: number;
  total: number;
  /** 0 to 100. */
  percent: number;
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

/** A migration: dd says where it is, and at its end `… records out` and then the whole. The size stands before. */
const copiedLine = /(\d+) bytes(?: \([^)]*\))? (?:copied|transferred)/;
const recordsLine = /\d+\+\d+ records out$/;
const formattingLine = /Formatting '.* size=(\d+)/;

/** A reader for one log, from its first line on. */
export function createProgressReader(): ProgressReader {
  let announced: number | undefined;
  let atEnd = false;

  function readCopied(line: string): TaskProgress | undefined {
    const copied = Number(copiedLine.exec(line)?.[1]);
    const total = announced ?? (atEnd ? copied : undefined);
    if (Number.isNaN(copied) || total === undefined || total === 0) return undefined;
    const transferred = atEnd ? total : Math.min(copied, total);
    return { transferred, total, percent: Math.round((transferred / total) * 10_000) / 100 };
  }

  return {
    read: (line) => {
      const progress = readTransferred(line) ?? readCopied(line);
      announced = Number(formattingLine.exec(line)?.[1]) || announced;
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
