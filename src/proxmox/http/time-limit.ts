import type { Clock } from '../../time/clock.ts';
import { TransportError } from './transport.ts';

/**
 * Runs `task` for at most `ms` milliseconds of `clock`; then it is aborted and a TransportError with code TIMEOUT
 * is thrown. An abort of `signal` rejects with its reason, even when the task does not listen.
 */
export async function withTimeLimit<Result>(
  { clock, ms, signal }: { clock: Clock; ms: number; signal?: AbortSignal },
  task: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  signal?.throwIfAborted();
  const over = new AbortController();
  const both = signal ? AbortSignal.any([signal, over.signal]) : over.signal;
  const limit = clock.sleep(ms, both).then(() => {
    throw new TransportError({
      phase: 'exchange',
      code: 'TIMEOUT',
      message: `no answer within ${ms / 1000} s`,
    });
  });
  try {
    return await Promise.race([task(both), limit]);
  } finally {
    over.abort();
  }
}
