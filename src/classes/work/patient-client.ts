import type { ProxmoxClient } from '../../proxmox/client.ts';
import type { ProxmoxErrorCode } from '../../proxmox/failures/failure-codes.ts';
import { isProxmoxError } from '../../proxmox/failures/proxmox-error.ts';
import { withAttempts } from '../../proxmox/http/retry.ts';

/** Tries of one question. */
const attempts = 4;

/** What a moment later may be answered: the cluster was reached just before. */
const passing: readonly ProxmoxErrorCode[] = [
  'UNREACHABLE',
  'TIMEOUT',
  'OUTCOME_UNKNOWN',
  'MALFORMED_ANSWER',
  'WORKER_NOT_STARTED',
  'SERVER_ERROR',
  'LOCKED',
  'LOCK_TIMEOUT',
];

/**
 * A client that asks again before it gives up. A plan takes many answers, and one that is missing would be a refusal of
 * the whole; changes are passed on as they are.
 */
export function createPatientClient(client: ProxmoxClient): ProxmoxClient {
  const { clusterId, isRoot, clock, random } = client;
  return {
    clusterId,
    isRoot,
    clock,
    random,
    call: (call) => {
      if (call.method !== 'GET') return client.call(call);
      const repeatable = (error: unknown) => isProxmoxError(error, ...passing);
      return withAttempts({ clock, random, signal: call.signal, attempts, repeatable }, () =>
        client.call(call),
      );
    },
    close: () => client.close(),
  };
}
