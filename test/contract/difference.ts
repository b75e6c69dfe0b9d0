/** What kind of thing differs. */
export type DifferenceKind =
  | 'status'
  | 'reason'
  | 'header'
  | 'body'
  | 'missing'
  | 'extra'
  | 'type'
  | 'text'
  | 'value';

/** One difference between a recorded answer and the replayed one. */
export interface Difference {
  readonly kind: DifferenceKind;
  /** Place in the answer, such as `data[vmid=101].name`. */
  readonly where: string;
  /** What was recorded, ready to print; absent when the replay has something extra. */
  readonly recorded?: string;
  /** What the simulator answered, ready to print; absent when something is missing. */
  readonly replayed?: string;
}

/** One difference as the lines of a diff: `-` is the recording, `+` the simulator. */
export function formatDifference(difference: Difference): string[] {
  const { kind, where, recorded, replayed } = difference;
  const old = recorded === undefined ? [] : recorded.split('\n').map((line) => `  - ${line}`);
  const now = replayed === undefined ? [] : replayed.split('\n').map((line) => `  + ${line}`);
  return [`  @ ${where} (${kind})`, ...old, ...now];
}
