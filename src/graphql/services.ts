import type { ClassService } from '../classes/service/class-service.ts';
import type { Replicator } from '../replication/replicator.ts';
import type { TokenService } from '../access/token-service.ts';
import type { WebhookService } from '../webhooks/webhook-service.ts';

/** The part of the replicator that the API uses. */
export type ReplicationService = Pick<
  Replicator,
  | 'cancel'
  | 'events'
  | 'findHolds'
  | 'pause'
  | 'plan'
  | 'progress'
  | 'readPolicies'
  | 'removeReplicas'
  | 'request'
  | 'resetPolicy'
  | 'resume'
  | 'retry'
  | 'scan'
  | 'setPolicy'
>;

/** Everything that a resolver may do beyond reading the store. What is absent is not available (offline). */
export interface Services {
  readonly replicator?: ReplicationService;
  readonly classes?: ClassService;
  readonly webhooks?: WebhookService;
  readonly tokens?: TokenService;
}
