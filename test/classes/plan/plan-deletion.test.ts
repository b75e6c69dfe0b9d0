import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planDeletion, type ClassGuest } from '../../../src/classes/plan/plan-deletion.ts';

function makeGuest(change: Partial<ClassGuest> & { vmid: number }): ClassGuest {
  return { role: 'STUDENT', node: 'pve1', name: `g${change.vmid}`, madeHere: true, sight: 'OURS', ...change };
}

const base = makeGuest({ vmid: 200, role: 'BASE', children: [301, 302] });
const students = [301, 302].map((vmid) => makeGuest({ vmid, baseVmid: 200 }));

const guests: fc.Arbitrary<ClassGuest[]> = fc
  .tuple(
    fc.integer({ min: 1, max: 3 }),
    fc.array(
      fc.record({
        madeHere: fc.boolean(),
        sight: fc.constantFrom('OURS', 'OTHER', 'GONE', 'UNSEEN'),
        base: fc.nat(3),
        known: fc.boolean(),
      }),
      { maxLength: 12 },
    ),
    fc.subarray([901, 902, 903]),
    fc.boolean(),
  )
  .map(([count, machines, foreign, detected]) => {
    const made = machines.map(({ base: index, known, ...rest }, place) =>
      makeGuest({ vmid: 300 + place, baseVmid: known ? 200 + (index % count) : undefined, ...rest }),
    );
    const bases = Array.from({ length: count }, (_, index) => {
      const own = made.filter(({ baseVmid, sight }) => baseVmid === 200 + index && sight !== 'GONE');
      const others = foreign.filter((vmid) => vmid % count === index);
      const children = [...(detected ? own.map(({ vmid }) => vmid) : []), ...others];
      return makeGuest({ vmid: 200 + index, role: 'BASE', children });
    });
    return [...made, ...bases];
  });

describe('planDeletion', () => {
  it('removes machines, then the base they hang on', () => {
    const plan = planDeletion({
      guestKind: 'qemu',
      guests: [base, makeGuest({ vmid: 300, role: 'TEACHER' }), ...students],
    });
    expect(plan.remove.map(({ vmid }) => vmid)).toEqual([300, 301, 302, 200]);
    expect(plan.remove.at(-1)?.after).toEqual(expect.arrayContaining(['remove-301', 'remove-302']));
    expect(plan.keep).toEqual([]);
  });

  it('leaves what an administrator attached, and the base it hangs on', () => {
    const attached = makeGuest({ vmid: 301, madeHere: false, baseVmid: 200 });
    const plan = planDeletion({ guestKind: 'qemu', guests: [base, attached, students[1] ?? base] });
    expect(plan.remove.map(({ vmid }) => vmid)).toEqual([302]);
    expect(plan.keep).toMatchObject([
      { vmid: 301, reason: 'NOT_MADE_HERE' },
      { vmid: 200, reason: 'STILL_IN_USE' },
    ]);
  });

  it('leaves a guest that took the id of one of ours, and says so', () => {
    const plan = planDeletion({ guestKind: 'qemu', guests: [makeGuest({ vmid: 301, sight: 'OTHER' })] });
    expect(plan).toMatchObject({ remove: [], keep: [{ vmid: 301, reason: 'NOT_OURS_ANY_MORE' }] });
  });

  it('removes or keeps every guest, and each once', () => {
    fc.assert(
      fc.property(guests, (given) => {
        const { remove, keep } = planDeletion({ guestKind: 'qemu', guests: given });
        const seen = [...remove, ...keep].map(({ vmid }) => vmid).toSorted((a, b) => a - b);
        expect(seen).toEqual(given.map(({ vmid }) => vmid).toSorted((a, b) => a - b));
      }),
    );
  });

  it('removes nothing but what was made here and still is ours', () => {
    fc.assert(
      fc.property(guests, (given) => {
        for (const { vmid } of planDeletion({ guestKind: 'qemu', guests: given }).remove) {
          expect(given.find((guest) => guest.vmid === vmid)).toMatchObject({ madeHere: true, sight: 'OURS' });
        }
      }),
    );
  });

  it('removes a base only after all that hangs on it', () => {
    fc.assert(
      fc.property(guests, (given) => {
        const { remove } = planDeletion({ guestKind: 'qemu', guests: given });
        const removed = new Set(remove.map(({ vmid }) => vmid));
        for (const { vmid, after, role } of remove.filter((removal) => removal.role === 'BASE')) {
          expect(role).toBe('BASE');
          const hanging = given.filter(({ baseVmid, sight }) => baseVmid === vmid && sight !== 'GONE');
          expect(
            hanging.every((guest) => removed.has(guest.vmid) && after.includes(`remove-${guest.vmid}`)),
          ).toBe(true);
          const children = given.find((guest) => guest.vmid === vmid)?.children ?? [];
          expect(children.every((child) => removed.has(child))).toBe(true);
        }
      }),
    );
  });
});
