/** A copy that Proxmox refused is not tried again until something that matters has changed. */
import { describe, expect, it } from 'vitest';
import { unknownFacts } from '../../../src/inventory/observe/cluster-facts.ts';
import type { PlanInput } from '../../../src/replication/plan/plan.ts';
import { planReplication } from '../../../src/replication/plan/plan-replication.ts';
import { formatBasis } from '../../../src/replication/plan/refused-before.ts';
import type { PastRefusal } from '../../../src/replication/plan/plan.ts';
import { cluster, gibibyte, input, template } from './support/observed.ts';

const disk = (size: string) => ({ scsi0: `thin:base-100-disk-0,size=${size}`, smbios1: 'uuid=100' });

function given(
  more: Partial<Parameters<typeof input>[1]> = {},
  observation = cluster(original()),
): PlanInput {
  const facts = { ...unknownFacts, permissions: { '/vms': { 'VM.Allocate': true } } };
  return input(observation, { facts, policy: { nodes: { include: ['pve2'] } }, ...more });
}

function original(more: { digest?: string; config?: Record<string, string> } = {}) {
  const one = template({ vmid: 100, node: 'pve1', config: more.config ?? disk('10G') });
  return one.details ? { ...one, details: { ...one.details, digest: more.digest ?? 'd' } } : one;
}

/** As the step that the plan makes would be remembered. */
function remember(planned: PlanInput, code = 'FORBIDDEN'): PastRefusal {
  const [step] = planReplication(planned).steps;
  if (step === undefined) throw new Error('there is no step');
  const { sourceVmid, targetNode, basis } = step;
  return {
    sourceVmid,
    targetNode,
    runId: 12,
    code,
    message: 'The clone on pve1 failed: no.',
    basis: formatBasis(basis),
  };
}

function retries(now: PlanInput, past = remember(given())): boolean {
  return planReplication({ ...now, refusals: [past] }).steps.length > 0;
}

describe('what was refused', () => {
  it('is not copied again while nothing has changed, and the plan says why and what to do', () => {
    const plan = planReplication({ ...given(), refusals: [remember(given())] });
    expect(plan.steps).toEqual([]);
    const [, placement] = plan.placements;
    expect(placement).toMatchObject({ status: 'FAILED', reason: { code: 'REFUSED_BEFORE' } });
    expect(placement?.reason?.message).toMatch(/failed: no \(run 12\).*--retry --vmid 100 --node pve2/);
  });

  it('is copied when somebody asks for it', () => {
    expect(retries({ ...given(), request: { retry: true } })).toBe(true);
    expect(retries({ ...given(), request: {} })).toBe(false);
  });

  it('is copied again when the template, policy, storages or rights have changed', () => {
    expect(retries(given({}, cluster(original({ digest: 'other' }))))).toBe(true);
    expect(retries(given({ policy: { nodes: { include: ['pve2'] }, bandwidthLimit: 9 } }))).toBe(true);
    const { storages, ...observation } = cluster(original());
    const changed = storages.map((one) => ({ ...one, content: [...one.content, 'snippets'] }));
    expect(retries(given({}, { ...observation, storages: changed }))).toBe(true);
    const facts = {
      ...unknownFacts,
      permissions: { '/vms': { 'VM.Allocate': true }, '/': { 'Mapping.Use': true } },
    };
    expect(retries(given({ facts }))).toBe(true);
  });

  it('is not copied again for what does not matter, or is not known now', () => {
    const { storages, ...observation } = cluster(original());
    const fuller = storages.map((one) => ({ ...one, available: 700 * gibibyte }));
    expect(retries(given({}, { ...observation, storages: fuller }))).toBe(false);
    expect(retries(given({ facts: unknownFacts }))).toBe(false);
    const others = { '/vms': { 'VM.Allocate': true }, '/vms/4711': { 'VM.Audit': true } };
    expect(retries(given({ facts: { ...unknownFacts, permissions: others } }))).toBe(false);
    const later = { nodes: { include: ['pve2'] }, schedule: '0 2 * * *', timezone: 'Europe/Vienna' };
    expect(retries(given({ policy: later }))).toBe(false);
  });

  it('for want of room is copied again once somebody has made some', () => {
    const past = remember(given(), 'STORAGE_FULL');
    const { storages, ...observation } = cluster(original());
    const roomier = (bytes: number) => storages.map((one) => ({ ...one, available: 900 * gibibyte + bytes }));
    const now = (bytes: number) => given({}, { ...observation, storages: roomier(bytes) });
    expect(retries(now(gibibyte / 2), past)).toBe(false);
    expect(retries(now(2 * gibibyte), past)).toBe(true);
    expect(retries(now(2 * gibibyte), remember(given(), 'FORBIDDEN'))).toBe(false);
  });

  it('concerns its own node and template only', () => {
    const both = given({ policy: {} });
    const { steps } = planReplication({ ...both, refusals: [remember(both)] });
    expect(steps.map(({ targetNode }) => targetNode)).toEqual(['pve3']);
  });
});
