import type { GraphQLSchema } from 'graphql';
import { auditMutations } from './audit-mutations.ts';
import { builder } from './builder.ts';
import './api-token.ts';
import './audit-event.ts';
import './class.ts';
import './cluster.ts';
import './loose-guest.ts';
import './mutations/replicate.ts';
import './mutations/api-token.ts';
import './mutations/class-attach.ts';
import './mutations/class-change.ts';
import './mutations/class-create.ts';
import './mutations/class-deploy.ts';
import './mutations/control-run.ts';
import './mutations/pause-cluster.ts';
import './mutations/register-class-template.ts';
import './mutations/remove-replicas.ts';
import './mutations/replication-policy.ts';
import './mutations/webhook.ts';
import './mutations/webhook-delete.ts';
import './mutations/webhook-test.ts';
import './node-distribution.ts';
import './placement.ts';
import './replication-run.ts';
import './replication-step.ts';
import './progress.ts';
import './run-hold.ts';
import { shortenExposedFields } from './shorten-exposed.ts';
import './stats.ts';
import './subscriptions/run-progress.ts';
import './subscriptions/template-changed.ts';
import './template-change.ts';
import './template-queries.ts';
import './template.ts';
import './webhook.ts';

/** Builds the schema. It is pure: what its resolvers need comes with the context. */
export function createSchema(): GraphQLSchema {
  return auditMutations(shortenExposedFields(builder.toSchema()));
}
