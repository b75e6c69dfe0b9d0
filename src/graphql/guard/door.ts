import { hasRole, type Caller } from '../../access/caller.ts';
import { findClass } from '../../classes/find-class.ts';
import { getRun } from '../../replication/control/cancel.ts';
import { ReplicationError } from '../../replication/replication-error.ts';
import type { Store } from '../../store/store.ts';
import { RequestError } from '../errors.ts';

/** Lets a caller through to what there is for them; of anything else is said what is said of what does not exist. */
export interface Door {
  /** The cluster that is meant. @throws ReplicationError CLUSTER_NOT_FOUND */
  readonly toCluster: (clusterId: string) => string;
  /** The same where none may be named, which means all of them. @throws ReplicationError CLUSTER_NOT_FOUND */
  readonly toClusters: (clusterId: string | undefined) => string | undefined;
  /** @throws ReplicationError RUN_NOT_FOUND */
  readonly toRun: (runId: number) => Promise<number>;
  /** The same of a run that is to be repeated: one that removes guests is for who may remove them. */
  readonly toRepeatedRun: (runId: number) => Promise<number>;
  /** @throws ClassError CLASS_NOT_FOUND */
  readonly toClass: (classId: number) => Promise<number>;
}

const removing = new Set(['REMOVAL', 'CLASS_DELETE']);

/** Makes the door; the store is the caller's. */
export function createDoor({ caller, store }: { caller: Caller; store: Store }): Door {
  const { clusters } = caller;
  const toCluster = (clusterId: string) => {
    if (clusters === null || clusters.includes(clusterId)) return clusterId;
    throw refuse(`There is no cluster "${clusterId}"; there are: ${clusters.join(', ')}.`);
  };
  return {
    toCluster,
    toClusters: (clusterId) => {
      if (clusterId !== undefined) return toCluster(clusterId);
      if (clusters === null) return undefined;
      const [only, ...others] = clusters;
      if (only !== undefined && others.length === 0) return only;
      throw refuse(`Say which cluster is meant: ${clusters.join(', ')}.`);
    },
    toRun: async (runId) => (await getRun({ store }, runId)).id,
    toRepeatedRun: async (runId) => {
      const { id, kind } = await getRun({ store }, runId);
      if (!removing.has(kind) || hasRole(caller, 'ADMIN')) return id;
      throw new RequestError('FORBIDDEN', 'a run that removes guests is repeated by an administrator');
    },
    toClass: async (classId) => (await findClass(store.prisma, classId)).id,
  };
}

function refuse(message: string): ReplicationError {
  return new ReplicationError('CLUSTER_NOT_FOUND', message);
}
