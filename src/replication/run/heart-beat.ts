import { LeaseLostError, type Lease } from '../lease.ts';
import type { Engine } from '../engine.ts';

/**
 * Keeps a lease alive until `signal` is aborted. A store that fails for a while is outlasted as long as the lease is;
 * then, or when another server took the lease, `onLost` is called.
 */
export async function keepLease(
  engine: Engine,
  { lease, signal, onLost }: { lease: Lease; signal: AbortSignal; onLost: (error: LeaseLostError) => void },
): Promise<void> {
  const { clock, intervals, logger } = engine;
  try {
    for (;;) {
      await clock.sleep(intervals.leaseMs / 3, signal);
      await renew();
    }
  } catch (error) {
    if (signal.aborted) return;
    if (error instanceof LeaseLostError) return onLost(error);
    throw error;
  }

  async function renew(): Promise<void> {
    try {
      await lease.renew();
    } catch (error) {
      if (error instanceof LeaseLostError) throw error;
      logger.warn({ err: error }, 'the heart-beat could not be written');
      lease.assertHeld();
    }
  }
}
