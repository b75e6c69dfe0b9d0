import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanLegacyName, findLegacyReplicas } from '../../../src/inventory/lineage/legacy-names.ts';

const nodes = ['pve1', 'pve2', 'PVE_3'];

function find(...names: string[]): Map<number, number> {
  return findLegacyReplicas(
    names.map((name, index) => ({ vmid: 100 + index, name })),
    nodes,
  );
}

describe('findLegacyReplicas', () => {
  it('knows a replica by its original and its node', () => {
    expect(find('Ubuntu 22.04', 'ubuntu-22-04-replica-pve2')).toEqual(new Map([[101, 100]]));
  });

  it('leads a chain of replicas to its original', () => {
    expect(find('a', 'a-replica-pve2', 'a-replica-pve2-replica-pve-3')).toEqual(
      new Map([
        [101, 100],
        [102, 100],
      ]),
    );
  });

  it('leads a chain to its original when the replicas in between are gone', () => {
    expect(find('a', 'a-replica-pve2-replica-pve1')).toEqual(new Map([[101, 100]]));
  });

  it.each([
    ['a name without original', ['b-replica-pve2']],
    ['a node that is none', ['a', 'a-replica-pve9']],
    ['the new naming', ['a', 'a-replica']],
    ['an ordinary name', ['a', 'ab']],
  ])('leaves alone %s', (_, names) => {
    expect(find(...names).size).toBe(0);
  });

  it('takes the lowest id of originals of one name', () => {
    const templates = [
      { vmid: 300, name: 'a' },
      { vmid: 200, name: 'A' },
      { vmid: 400, name: 'a-replica-pve1' },
    ];
    expect(findLegacyReplicas(templates, nodes).get(400)).toBe(200);
  });

  it('finds every replica the predecessor would have named', () => {
    const name = fc
      .stringMatching(/^[a-zA-Z][a-zA-Z0-9 _.]{0,20}[a-z0-9]$/)
      .filter((one) => !/replica/i.test(one));
    fc.assert(
      fc.property(
        name,
        fc.array(fc.constantFrom(...nodes), { minLength: 1, maxLength: 2 }),
        (original, path) => {
          const replica = path.reduce(
            (before, node) => cleanLegacyName(`${before}-replica-${node}`),
            original,
          );
          expect(find(original, replica)).toEqual(new Map([[101, 100]]));
        },
      ),
    );
  });
});
