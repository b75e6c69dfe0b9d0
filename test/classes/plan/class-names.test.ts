import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  findPatternFault,
  maxNameLength,
  nameBase,
  nameStudent,
  nameTeacher,
} from '../../../src/classes/plan/class-names.ts';

/** The rule that Proxmox has for names of machines. */
const hostName = /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)*[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/;

const patterns = fc.constantFrom(
  '<class>-<n>',
  '<class>-<nn>',
  's<nnn>.<class>',
  '<teacher> <n>',
  'x-<class>-<teacher>-<n>-y',
);

describe('nameStudent', () => {
  it.each([
    ['<class>-<n>', 'Linux 101', 7, 'Linux-101-7'],
    ['<class>-<nn>', 'Einführung Größe', 3, 'Einfuhrung-Grosse-03'],
    ['<teacher>-<nnn>', 'x', 12, 'ada-012'],
    ['pc<n>.<class>', '-- C++ --', 1, 'pc1.C'],
    ['<class>-<n>', 'web--2024', 1, 'web--2024-1'],
    ['<class>-<n>', '中文', 2, 'class-2'],
  ])('%s of %s is a host name', (pattern, className, number, name) => {
    expect(nameStudent(pattern, { class: className, teacher: 'ada', number })).toBe(name);
  });

  it('always gives what Proxmox takes', () => {
    fc.assert(
      fc.property(
        patterns,
        fc.string({ unit: 'grapheme' }),
        fc.string(),
        fc.integer({ min: 1, max: 9999 }),
        (...given) => {
          const [pattern, className, teacher, number] = given;
          const name = nameStudent(pattern, { class: className, teacher, number });
          expect(name).toMatch(hostName);
          expect(name.length).toBeLessThanOrEqual(maxNameLength);
        },
      ),
    );
  });

  it('differs for different numbers, however long the class is called', () => {
    fc.assert(
      fc.property(
        patterns,
        fc.string({ maxLength: 200 }),
        fc.nat(9998),
        fc.nat(9998),
        (pattern, name, one, other) => {
          fc.pre(one !== other);
          const [left, right] = [one, other].map((n) =>
            nameStudent(pattern, { class: name, teacher: name, number: n + 1 }),
          );
          expect(left).not.toBe(right);
        },
      ),
    );
  });
});

describe('nameTeacher and nameBase', () => {
  it('say what they are', () => {
    expect(nameTeacher('Linux 101')).toBe('Linux-101-teacher');
    expect(nameBase('Linux 101', 'pve1')).toBe('Linux-101-base-pve1');
  });

  it('give what Proxmox takes', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 200 }),
        fc.string({ maxLength: 80 }),
        (className, node) => {
          for (const name of [nameTeacher(className), nameBase(className, node)]) {
            expect(name).toMatch(hostName);
            expect(name.length).toBeLessThanOrEqual(maxNameLength);
          }
        },
      ),
    );
  });
});

describe('findPatternFault', () => {
  it.each(['<class>-<n>', '<nn>', 'Room 3 <nnn>.<class>'])('takes %s', (pattern) => {
    expect(findPatternFault(pattern)).toBeUndefined();
  });

  it.each([
    ['<class>', 'so that names differ'],
    ['<klass>-<n>', '<klass> is not known'],
    ['<n>/<class>', 'letters, digits'],
    [`${'x'.repeat(60)}<n>`, 'characters at most'],
  ])('refuses %s', (pattern, reason) => {
    expect(findPatternFault(pattern)).toContain(reason);
  });
});
