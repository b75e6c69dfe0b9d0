import { isHubAdmin, type Caller } from '../../access/caller.ts';
import type { ClassService } from '../../classes/service/class-service.ts';
import type { Store } from '../../store/store.ts';
import type { ReplicationService, Services } from '../services.ts';
import { createDoor, type Door } from './door.ts';

/**
 * The services for a caller: each request goes through the door first. One that has no such check would not fit the
 * types.
 */
export function guardServices(services: Services, given: { caller: Caller; store: Store }): Services {
  if (isHubAdmin(given.caller)) return services;
  const door = createDoor(given);
  const { replicator, classes } = services;
  return {
    ...services,
    replicator: replicator && guardReplicator(replicator, door),
    classes: classes && guardClasses(classes, door),
  };
}

function guardReplicator(inner: ReplicationService, door: Door): ReplicationService {
  return {
    // These are asked by what was found in the caller's own store.
    events: inner.events,
    findHolds: (runIds) => inner.findHolds(runIds),
    progress: async (runId) => inner.progress(await door.toRun(runId)),
    readPolicies: (clusterIds) => inner.readPolicies(clusterIds.map(door.toCluster)),
    scan: async (clusterId) => inner.scan(door.toClusters(clusterId)),
    request: async (request) => inner.request({ ...request, clusterId: door.toClusters(request.clusterId) }),
    plan: async (request) => inner.plan({ ...request, clusterId: door.toClusters(request.clusterId) }),
    cancel: async (runId) => inner.cancel(await door.toRun(runId)),
    retry: async (runId, trigger) => inner.retry(await door.toRepeatedRun(runId), trigger),
    pause: async (clusterId) => inner.pause(door.toCluster(clusterId)),
    resume: async (clusterId) => inner.resume(door.toCluster(clusterId)),
    setPolicy: async (change) => inner.setPolicy({ ...change, clusterId: door.toCluster(change.clusterId) }),
    resetPolicy: async (clusterId) => inner.resetPolicy(door.toCluster(clusterId)),
    removeReplicas: async (request) =>
      inner.removeReplicas({ ...request, clusterId: door.toCluster(request.clusterId) }),
  };
}

function guardClasses(inner: ClassService, door: Door): ClassService {
  const toClass = async <Input extends { readonly classId: number }>(input: Input) => ({
    ...input,
    classId: await door.toClass(input.classId),
  });
  return {
    createClass: async (input) => inner.createClass({ ...input, clusterId: door.toCluster(input.clusterId) }),
    deployClass: async (input) => inner.deployClass(await toClass(input)),
    addStudents: async (input) => inner.addStudents(await toClass(input)),
    resetStudent: async (input) => inner.resetStudent(await toClass(input)),
    deleteClass: async (input) => inner.deleteClass(await toClass(input)),
    registerClassTemplate: async (input) =>
      inner.registerClassTemplate({
        ...(await toClass(input)),
        clusterId: door.toCluster(input.clusterId),
      }),
    attachMachine: async (input) => inner.attachMachine(await toClass(input)),
  };
}
