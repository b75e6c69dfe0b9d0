import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findShipped, readShipped, type Packages } from '../../scripts/shipped.ts';

const none = { dependencies: {}, optionalDependencies: {}, peerDependencies: {}, peerDependenciesMeta: {} };

function makeLock(entries: Record<string, object>): Packages {
  return new Map(Object.entries(entries).map(([folder, entry]) => [folder, { ...none, ...entry }]));
}

describe('what is shipped', () => {
  it('is what the root needs, found where Node finds it', () => {
    const lock = makeLock({
      '': { dependencies: { a: '1' }, devDependencies: { tool: '1' } },
      'node_modules/a': { dependencies: { b: '2' }, optionalDependencies: { absent: '1' } },
      'node_modules/a/node_modules/b': { dependencies: { c: '1' } },
      'node_modules/b': {},
      'node_modules/c': {},
      'node_modules/tool': {},
    });
    const expected = ['node_modules/a', 'node_modules/a/node_modules/b', 'node_modules/c'];
    expect([...findShipped(lock).keys()]).toEqual(expected);
  });

  it('has peers, but not those that are only used where they are there', () => {
    const lock = makeLock({
      '': { dependencies: { a: '1' } },
      'node_modules/a': {
        peerDependencies: { b: '1', tool: '1' },
        peerDependenciesMeta: { tool: { optional: true } },
      },
      'node_modules/b': { dependencies: { a: '1' } },
      'node_modules/tool': {},
    });
    expect([...findShipped(lock).keys()]).toEqual(['node_modules/a', 'node_modules/b']);
  });

  it('are no build tools, and no package whose licence asks for more than a notice', () => {
    const shipped = readShipped(join(import.meta.dirname, '..', '..'));
    expect(shipped.size).toBeGreaterThan(100);
    for (const tool of ['prisma', '@prisma/dev', 'typescript', 'vitest'])
      expect(shipped.has(`node_modules/${tool}`)).toBe(false);
    const permissive = /^\(?(?:MIT|ISC|0BSD|Apache-2\.0|BSD-[23]-Clause|BlueOak-1\.0\.0|CC0-1\.0| OR )+\)?$/;
    const others = [...shipped].filter(([, { license }]) => !permissive.test(license ?? ''));
    expect(others.map(([folder]) => folder)).toEqual([]);
  });
});
