import type { ReplicationPolicy } from './policy.ts';

/** STORED: set through the API. CLUSTERS_FILE: its `replication`. DEFAULT: nobody says anything. */
export type PolicySource = 'DEFAULT' | 'CLUSTERS_FILE' | 'STORED';

/** The policy that holds for a cluster. Its `paused` is the policy's own: a cluster can be held besides. */
export interface PolicyInForce {
  clusterId: string;
  policy: ReplicationPolicy;
  source: PolicySource;
  /** When it was stored; of STORED only. */
  storedAt?: Date;
}
