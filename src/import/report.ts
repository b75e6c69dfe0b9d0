/** What an import counts. */
export interface ImportCounts {
  clusters: number;
  templates: number;
  classes: number;
  machines: number;
}

/** Something about one row (or, without `id`, about a whole table) that somebody should know. */
export interface ImportNote {
  readonly table: string;
  readonly id?: number;
  readonly reason: string;
}

/** A template that the old naming shows to be a copy, though the database does not say of what original. */
export interface ReplicaCandidate {
  readonly id?: number;
  readonly clusterIp: string | null;
  readonly vmid: number;
  readonly node: string | null;
  readonly name: string;
  /** Names from this one back to the first that is no copy; the last may no longer exist. */
  readonly chain: readonly string[];
  /** VMID of the original at the chain's end, where it is in the file. */
  readonly originalVmid?: number;
}

/** What an import did, or with `dryRun` would do. */
export interface ImportReport {
  readonly file: string;
  readonly dryRun: boolean;
  /** Rows that are new in the store. */
  readonly taken: ImportCounts;
  /** Rows of the store that learned something from the file, such as what they are replicas of. */
  readonly completed: ImportCounts;
  /** Rows that the store had already. */
  readonly unchanged: ImportCounts;
  /** What was put right on the way. */
  readonly mended: readonly ImportNote[];
  /** What was not taken, and why. */
  readonly left: readonly ImportNote[];
  /** Copies made by the old naming: adopt or remove them; they are never cloned again. */
  readonly candidates: readonly ReplicaCandidate[];
}

/** Collects notes while rows are converted. */
export interface ImportNotes {
  readonly mended: ImportNote[];
  readonly left: ImportNote[];
}

export function emptyCounts(): ImportCounts {
  return { clusters: 0, templates: 0, classes: 0, machines: 0 };
}
