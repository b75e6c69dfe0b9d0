import type { Services } from '../../../src/graphql/services.ts';
import { ReplicationEvents } from '../../../src/replication/events.ts';
import { ReplicationError } from '../../../src/replication/replication-error.ts';

/** What a mutation answers that was let through to its service. */
export const reachedCode = 'STOPPED';

/** Services that do nothing, and say so: whoever gets there was let through. */
export function createReachedServices(): Services {
  const reach = (): Promise<never> => Promise.reject(new ReplicationError(reachedCode, 'reached'));
  return {
    replicator: {
      events: new ReplicationEvents(),
      findHolds: async () => new Map(),
      readPolicies: async () => new Map(),
      cancel: reach,
      pause: reach,
      plan: reach,
      progress: reach,
      removeReplicas: reach,
      request: reach,
      resetPolicy: reach,
      resume: reach,
      retry: reach,
      scan: reach,
      setPolicy: reach,
    },
    classes: {
      addStudents: reach,
      attachMachine: reach,
      createClass: reach,
      deleteClass: reach,
      deployClass: reach,
      registerClassTemplate: reach,
      resetStudent: reach,
    },
    webhooks: { create: reach, update: reach, remove: reach, test: reach },
    tokens: { create: reach, revoke: reach, rotate: reach },
  };
}
