import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeStudents, type NodeRoom } from '../../../src/classes/plan/place-students.ts';

const gib = 1024 ** 3;

function count(nodes: readonly NodeRoom[], placed: readonly string[]): number[] {
  return nodes.map(({ node, students }) => students + placed.filter((name) => name === node).length);
}

const rooms = fc.uniqueArray(
  fc.record({
    node: fc.stringMatching(/^pve[1-9][0-9]?$/),
    freeMemory: fc.option(
      fc.integer({ min: 0, max: 64 }).map((size) => size * gib),
      { nil: undefined },
    ),
    students: fc.integer({ min: 0, max: 5 }),
  }),
  { selector: ({ node }) => node, minLength: 1, maxLength: 8 },
);

describe('placeStudents', () => {
  it('puts 30 students on 3 nodes, 10 on each', () => {
    const nodes = ['a', 'b', 'c'].map((node, index) => ({
      node,
      freeMemory: (100 + index) * gib,
      students: 0,
    }));
    expect(count(nodes, placeStudents({ nodes, count: 30, memory: gib }).nodes)).toEqual([10, 10, 10]);
  });

  it('prefers the node with the most free memory among equals', () => {
    const nodes = [
      { node: 'a', freeMemory: 4 * gib, students: 0 },
      { node: 'b', freeMemory: 8 * gib, students: 0 },
    ];
    expect(placeStudents({ nodes, count: 1, memory: gib }).nodes).toEqual(['b']);
  });

  it('says how many do not fit and places them anyway', () => {
    const nodes = [{ node: 'a', freeMemory: 2 * gib, students: 0 }];
    expect(placeStudents({ nodes, count: 3, memory: gib })).toEqual({ nodes: ['a', 'a', 'a'], crowded: 1 });
  });

  it('places nobody where there is no node', () => {
    expect(placeStudents({ nodes: [], count: 3, memory: gib }).nodes).toEqual([]);
  });

  it('places everyone', () => {
    fc.assert(
      fc.property(rooms, fc.nat(60), fc.nat(8), (nodes, wanted, size) => {
        const { nodes: placed } = placeStudents({ nodes, count: wanted, memory: size * gib });
        expect(placed).toHaveLength(wanted);
        expect(placed.every((name) => nodes.some(({ node }) => node === name))).toBe(true);
      }),
    );
  });

  it('differs by at most one where memory suffices', () => {
    fc.assert(
      fc.property(rooms, fc.nat(60), fc.nat(8), (given, wanted, size) => {
        const memory = size * gib;
        const nodes = given.map((room) => ({
          ...room,
          students: 0,
          freeMemory: (room.freeMemory ?? 0) + wanted * memory,
        }));
        const counts = count(nodes, placeStudents({ nodes, count: wanted, memory }).nodes);
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('evens out what was there before', () => {
    fc.assert(
      fc.property(rooms, fc.nat(60), (given, wanted) => {
        const nodes = given.map((room) => ({ ...room, freeMemory: undefined }));
        const before = nodes.map(({ students }) => students);
        const after = count(nodes, placeStudents({ nodes, count: wanted, memory: gib }).nodes);
        const spread = Math.max(...after) - Math.min(...after);
        expect(spread).toBeLessThanOrEqual(Math.max(1, Math.max(...before) - Math.min(...before)));
      }),
    );
  });

  it('fills no node beyond its memory while another has room', () => {
    fc.assert(
      fc.property(rooms, fc.nat(60), fc.integer({ min: 1, max: 8 }), (nodes, wanted, size) => {
        const memory = size * gib;
        const { nodes: placed, crowded } = placeStudents({ nodes, count: wanted, memory });
        const room = nodes.reduce(
          (sum, { freeMemory = Infinity }) => sum + Math.floor(freeMemory / memory),
          0,
        );
        expect(crowded).toBe(Math.max(0, wanted - room));
        for (const { node, freeMemory = Infinity } of nodes) {
          const here = placed.filter((name) => name === node).length;
          if (crowded === 0) expect(here * memory).toBeLessThanOrEqual(freeMemory);
        }
      }),
    );
  });
});
