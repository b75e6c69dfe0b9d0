import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findCandidates, nameLegacyReplica, type NamedTemplate } from '../../src/import/find-candidates.ts';

function template(vmid: number, name: string, more: Partial<NamedTemplate> = {}): NamedTemplate {
  return { vmid, name, clusterIp: '10.0.0.1', node: 'pve1', isReplica: false, sourceVmid: null, ...more };
}

describe('the old naming', () => {
  it.each([
    ['ubuntu-22.04-template', 'pve2', 'ubuntu-22-04-template-replica-pve2'],
    ['Windows 11 Pro', 'pve1', 'windows-11-pro-replica-pve1'],
    ['Ünïcöde ✓', 'node-b', 'n-c-de-replica-node-b'],
    ['x'.repeat(70), 'pve1', 'x'.repeat(63)],
  ])('of %s on %s gives %s', (name, node, copy) => {
    expect(nameLegacyReplica(name, node)).toBe(copy);
  });

  it('gives a valid name for anything', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (name, node) => {
        expect(nameLegacyReplica(name, node)).toMatch(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
      }),
    );
  });
});

describe('candidates', () => {
  it('are copies of copies, whatever the flags say, with the original at the end of the chain', () => {
    const found = findCandidates([
      template(100, 'x'),
      template(201, 'x-replica-pve2', { node: 'pve2', isReplica: true, sourceVmid: 100 }),
      template(202, 'x-replica-pve2-replica-pve3', { node: 'pve3', isReplica: true, sourceVmid: 201 }),
      template(203, 'x-replica-pve3', { node: 'pve3' }),
    ]);
    expect(found.map(({ vmid, chain, originalVmid }) => [vmid, chain, originalVmid])).toEqual([
      [202, ['x-replica-pve2-replica-pve3', 'x-replica-pve2', 'x'], 100],
      [203, ['x-replica-pve3', 'x'], 100],
    ]);
  });

  it('are told by name where no original is left', () => {
    expect(findCandidates([template(201, 'gone-replica-pve2')])).toMatchObject([
      { vmid: 201, chain: ['gone-replica-pve2', 'gone'], originalVmid: undefined },
    ]);
  });

  it('are found by names that were cut at 63 characters', () => {
    const name = 'a'.repeat(60);
    const copy = nameLegacyReplica(name, 'pve2');
    expect(copy).toBe(`${name}-re`);
    const found = findCandidates([template(1, name), template(2, copy, { node: 'pve2' })]);
    expect(found).toMatchObject([{ vmid: 2, originalVmid: 1 }]);
  });

  it('are sought within one cluster', () => {
    const elsewhere = template(201, 'x-replica-pve2', { clusterIp: '10.0.0.2', node: 'pve2' });
    expect(findCandidates([template(100, 'x'), elsewhere])).toMatchObject([{ originalVmid: undefined }]);
  });

  it('are never originals, class templates, or replicas that name their original', () => {
    expect(
      findCandidates([
        template(100, 'x'),
        template(201, 'x-replica-pve2', { isReplica: true, sourceVmid: 100 }),
        template(401, 'py-base-replica-pve2', { isClassTemplate: true }),
      ]),
    ).toEqual([]);
  });

  it('end, however names repeat', () => {
    const names = fc.array(
      fc.constantFrom('x', 'x-replica-a', 'x-replica-a-replica-b', 'x-replica-b', '-replica-a'),
    );
    fc.assert(
      fc.property(names, (list) => {
        const found = findCandidates(
          list.map((name, index) => template(index + 100, name, { node: index % 2 ? 'a' : 'b' })),
        );
        expect(found.every((one) => one.chain.length > 1)).toBe(true);
      }),
    );
  });
});
