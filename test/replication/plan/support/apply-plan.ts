import type {
  ClusterObservation,
  ObservedStorage,
  ObservedTemplate,
} from '../../../../src/inventory/observe/observation.ts';
import type { Plan, PlannedStep } from '../../../../src/replication/plan/plan.ts';

/**
 * The cluster as it is once every step and removal of a plan is done: what the next scan would see. What a removal
 * frees is not given back, so that nothing fits afterwards that did not fit before.
 */
export function applyPlan(observation: ClusterObservation, plan: Plan): ClusterObservation {
  const first = Math.max(1000, ...observation.templates.map(({ vmid }) => vmid)) + 1;
  const removed = new Set([
    ...plan.removals.map(({ vmid }) => vmid),
    ...plan.steps.flatMap(({ replacesVmid }) => replacesVmid ?? []),
  ]);
  const made = plan.steps.map((step, index) => makeReplica(step, { vmid: first + index, observation }));
  const kept = observation.templates.filter(({ vmid }) => !removed.has(vmid));
  const storages = plan.steps.reduce(takeSpace, observation.storages);
  return { ...observation, storages, templates: [...kept, ...made] };
}

function takeSpace(storages: ObservedStorage[], step: PlannedStep): ObservedStorage[] {
  return storages.map((storage) => {
    const written = step.storages.includes(storage.shared ? storage.name : `${storage.node}/${storage.name}`);
    const here = storage.shared || storage.node === step.targetNode;
    const { available } = storage;
    return written && here && available !== undefined
      ? { ...storage, available: available - step.bytes }
      : storage;
  });
}

function makeReplica(
  step: PlannedStep,
  { vmid, observation }: { vmid: number; observation: ClusterObservation },
): ObservedTemplate {
  const copy = observation.templates.find((template) => template.vmid === step.copyVmid);
  if (!copy?.details) throw new Error(`Step copies ${step.copyVmid}, which was not seen`);
  const disks = copy.details.disks.map((disk) => ({ ...disk, storage: step.targetStorage ?? disk.storage }));
  const marker = {
    kind: 'replica' as const,
    vmid,
    source: step.sourceVmid,
    generation: step.sourceGeneration,
    classId: step.classId,
    token: `t${vmid}`,
  };
  const details = { ...copy.details, disks, marker, generation: vmid.toString(16).padStart(16, '0') };
  return { ...copy, vmid, name: step.name, node: step.targetNode, details };
}
