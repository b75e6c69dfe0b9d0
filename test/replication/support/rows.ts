import { formatRecipe } from '../../../src/replication/step/state.ts';
import { makeRecipeSchema, type MakeRecipeInput } from '../../../src/replication/recipe.ts';
import type { RunRow, StepRow } from '../../../src/replication/rows.ts';

const at = new Date(Date.UTC(2026, 0, 1));

/** A step's row; only what matters to a test need be given. */
export function makeStep(given: Partial<StepRow> = {}, recipe: MakeRecipeInput = {}): StepRow {
  return {
    id: 1,
    runId: 1,
    clusterId: 'lab',
    kind: 'REPLICA',
    guestKind: 'QEMU',
    phase: 'PLANNED',
    sourceVmid: 9000,
    sourceNode: 'pve1',
    sourceGeneration: '0123456789abcdef',
    copyVmid: null,
    copyNode: null,
    targetNode: 'pve2',
    targetStorage: null,
    way: 'LOCAL_MIGRATE',
    name: 'template-replica',
    vmid: null,
    token: 'token-1',
    upid: null,
    classId: null,
    replacesVmid: null,
    parameters: formatRecipe(makeRecipeSchema.parse(recipe)),
    basis: null,
    refusedAt: null,
    attempts: 0,
    notBefore: null,
    bytesTotal: 0n,
    bytesDone: 0n,
    bytesPerSecond: null,
    progressAt: null,
    errorCode: null,
    errorMessage: null,
    errorDetail: null,
    createdAt: at,
    startedAt: null,
    finishedAt: null,
    updatedAt: at,
    ...given,
  };
}

export function makeRun(given: Partial<RunRow> = {}): RunRow {
  return {
    id: 1,
    kind: 'REPLICATION',
    clusterId: 'lab',
    trigger: 'COMMAND',
    status: 'RUNNING',
    outcome: null,
    request: '{}',
    classId: null,
    idempotencyKey: null,
    stepsTotal: 0,
    stepsDone: 0,
    stepsFailed: 0,
    bytesTotal: 0n,
    bytesDone: 0n,
    bytesPerSecond: null,
    progressAt: null,
    errorCode: null,
    errorMessage: null,
    cancelRequestedAt: null,
    createdAt: at,
    startedAt: at,
    finishedAt: null,
    updatedAt: at,
    ...given,
  };
}
