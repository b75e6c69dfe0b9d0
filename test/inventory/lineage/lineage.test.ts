import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveLineage, type LineageRow } from '../../../src/inventory/lineage/lineage.ts';

function row(vmid: number, more: Partial<LineageRow> = {}): LineageRow {
  const nothing = { sourceVmid: null, classId: null, sourceGeneration: null };
  return { vmid, name: `t${vmid}`, isReplica: false, isClassTemplate: false, ...nothing, ...more };
}

function resolve(...rows: LineageRow[]) {
  return resolveLineage({
    templates: rows.map(({ vmid, name }) => ({ vmid, name })),
    rows,
    nodes: ['pve1', 'pve2'],
  });
}

describe('resolveLineage', () => {
  it('leads every replica to the head of its chain', () => {
    const lineages = resolve(
      row(100),
      row(101, { isReplica: true, sourceVmid: 100, sourceGeneration: 'g' }),
      row(102, { isReplica: true, sourceVmid: 101, sourceGeneration: 'of 101' }),
    );
    expect(lineages.get(101)).toMatchObject({ role: 'replica', sourceVmid: 100, sourceGeneration: 'g' });
    expect(lineages.get(102)).toMatchObject({
      role: 'replica',
      sourceVmid: 100,
      sourceGeneration: undefined,
    });
  });

  it('ends a chain at a class base', () => {
    const lineages = resolve(
      row(100),
      row(101, { isReplica: true, isClassTemplate: true, sourceVmid: 100, classId: 5 }),
      row(102, { isReplica: true, sourceVmid: 101 }),
    );
    expect(lineages.get(101)).toMatchObject({ role: 'class-base', sourceVmid: 100, classId: 5 });
    expect(lineages.get(102)).toMatchObject({ role: 'replica', sourceVmid: 101 });
  });

  it('takes a replica of itself or of nobody for an original', () => {
    const lineages = resolve(row(100, { isReplica: true, sourceVmid: 100 }), row(101, { isReplica: true }));
    expect([...lineages.values()].map(({ role }) => role)).toEqual(['original', 'original']);
  });

  it('ends, whatever the rows say', () => {
    const any = fc.record({
      vmid: fc.integer({ min: 100, max: 106 }),
      isReplica: fc.boolean(),
      sourceVmid: fc.option(fc.integer({ min: 100, max: 106 })),
      isClassTemplate: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(any), (rows) => {
        const lineages = resolve(...rows.map(({ vmid, ...more }) => row(vmid, more)));
        expect(lineages.size).toBe(new Set(rows.map(({ vmid }) => vmid)).size);
      }),
    );
  });

  it('knows the predecessor’s replicas by name where the row does not', () => {
    const lineages = resolve(row(100, { name: 'a' }), row(101, { name: 'a-replica-pve2' }));
    expect(lineages.get(101)).toMatchObject({ role: 'replica', sourceVmid: 100, marked: false });
  });
});
