import type { Difference } from './difference.ts';
import type { Exchange } from './recording.ts';

/** How one exchange went. */
export interface ExchangeResult {
  readonly exchange: Exchange;
  /** `outside`: the endpoint is none of those promised, and the simulator answered 501. */
  readonly outcome: 'matched' | 'different' | 'outside';
  readonly differences: readonly Difference[];
  /** The earlier exchange whose difference this one comes from. */
  readonly follows?: Exchange;
}
