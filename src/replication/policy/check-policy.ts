import { HubError } from '../../errors/hub-error.ts';
import { replicationPolicySchema, type ReplicationPolicy } from './policy.ts';

/** One thing that is wrong with a policy. */
export interface PolicyFault {
  /** Keys from the policy on, for example ['limits', 'perCluster']; empty for the policy as a whole. */
  path: readonly string[];
  message: string;
}

/** A policy that cannot be taken as it is written. */
export class InvalidPolicyError extends HubError {
  /** Everything that is wrong with it, at least one fault. */
  readonly faults: readonly PolicyFault[];

  constructor(faults: readonly PolicyFault[]) {
    const words = faults.map(({ path, message }) => `${path.join('.') || 'policy'}: ${message}`);
    super('INVALID_POLICY', `The replication policy does not fit. ${words.join('; ')}`);
    this.faults = faults;
  }
}

/** A written policy with its defaults filled in. @throws InvalidPolicyError with all faults at once */
export function checkPolicy(written: unknown): ReplicationPolicy {
  const result = replicationPolicySchema.safeParse(written);
  if (result.success) return result.data;
  throw new InvalidPolicyError(
    result.error.issues.map(({ path, message }) => ({ path: path.map(String), message })),
  );
}
