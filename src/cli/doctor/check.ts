/** What one look at a cluster came to. */
export interface Check {
  /** `ok`: as it should be; `warn`: works, but; `fail`: something will not work. */
  readonly level: 'ok' | 'warn' | 'fail';
  /** What was looked at: `connection`, `rights`, `time`… */
  readonly subject: string;
  readonly message: string;
  /** Commands that put it right: `pveum …` on a node of the cluster, `hub …` here. */
  readonly commands?: readonly string[];
}

/** What was found of one cluster. */
export interface Diagnosis {
  readonly clusterId: string;
  readonly checks: readonly Check[];
}
