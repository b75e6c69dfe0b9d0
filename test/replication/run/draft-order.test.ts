/** What the planner promises is what the step is given and what Proxmox is asked for, field by field. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toRowKind } from '../../../src/inventory/lineage/row-kind.ts';
import type { PlannedStep } from '../../../src/replication/plan/plan.ts';
import { planReplication } from '../../../src/replication/plan/plan-replication.ts';
import { draftReplica } from '../../../src/replication/run/draft-order.ts';
import type { StepRow } from '../../../src/replication/rows.ts';
import { toStepData } from '../../../src/replication/step-data.ts';
import { describeClone } from '../../../src/replication/step/cloning.ts';
import { describeMigration } from '../../../src/replication/step/migrating.ts';
import { computeChange } from '../../../src/replication/step/preparing.ts';
import { readMakeState } from '../../../src/replication/step/state.ts';
import { planInput } from '../plan/support/plan-input.ts';
import { makeStep } from '../support/rows.ts';

const vmid = 4711;

/** The row that the machine works on. */
function toRow(planned: PlannedStep, policy: Parameters<typeof draftReplica>[1]): StepRow {
  const {
    kind,
    token,
    parameters = '',
    ...columns
  } = toStepData(draftReplica(planned, policy, 'token'), {
    runId: 1,
    clusterId: 'lab',
  });
  const row = { ...makeStep(), kind: kind ?? 'REMOVE', token, parameters, vmid };
  return Object.assign(row, { ...columns, vmid });
}

function check(test: (planned: PlannedStep, row: StepRow) => void): void {
  const withLimit = fc.tuple(planInput, fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }));
  fc.assert(
    fc.property(withLimit, ([input, bandwidthLimit]) => {
      const policy = { ...input.policy, bandwidthLimit };
      for (const planned of planReplication({ ...input, policy }).steps)
        test(planned, toRow(planned, policy));
    }),
    { numRuns: 300 },
  );
}

describe('an order', () => {
  it('asks for the clone that was planned', () => {
    check((planned, row) => {
      const { copyNode, copyVmid, guestKind, clone, name, bandwidthLimit, sourceGeneration } = planned;
      const address = { kind: guestKind, node: copyNode, vmid: copyVmid };
      const config = { template: true, tags: [], digest: '', protection: false, disks: [], options: {} };
      const { newid, description, ...asked } = describeClone(row, {
        address,
        config,
        generation: sourceGeneration,
      });
      expect(newid).toBe(vmid);
      expect(description).toContain(`source=${planned.sourceVmid} generation=${sourceGeneration}`);
      const { target, storage, format } = clone;
      expect(asked).toEqual({ full: true, name, target, storage, format, bwlimit: bandwidthLimit });
    });
  });

  it('asks for the migration that was planned', () => {
    check((planned, row) => {
      const { migrate, bandwidthLimit, targetNode } = planned;
      const { target = targetNode, targetStorage } = migrate ?? {};
      expect(describeMigration(row)).toEqual({ target, targetStorage, bwlimit: bandwidthLimit });
      expect(readMakeState(row).recipe.cloneTarget).toBe(migrate === undefined);
    });
  });

  it('prepares the copy as planned', () => {
    check(({ prepare }, row) => {
      const drives = Object.fromEntries(
        prepare.detach.map((drive) => [drive, 'local:iso/x.iso,media=cdrom']),
      );
      const keys = Object.fromEntries(prepare.remove.map((key) => [key, '1']));
      const options = { ...drives, ...keys };
      const change = computeChange({ options, tags: [], protection: false }, readMakeState(row).recipe);
      expect(Object.keys(change?.set ?? {}).sort()).toEqual([...prepare.detach].sort());
      expect([...(change?.remove ?? [])].sort()).toEqual([...prepare.remove].sort());
    });
  });

  it('says in its columns what was planned', () => {
    check((planned, row) => {
      const { sourceVmid, sourceNode, sourceGeneration, copyVmid, copyNode, targetNode } = planned;
      const { targetStorage, way, name, classId, replacesVmid, storages } = planned;
      const said = { sourceVmid, sourceNode, sourceGeneration, copyVmid, copyNode, targetNode };
      const more = { targetStorage, way, name, classId, replacesVmid };
      expect(row).toMatchObject({ ...said, ...more, guestKind: toRowKind(planned.guestKind) });
      expect(readMakeState(row).recipe.storages).toEqual(storages);
    });
  });
});
