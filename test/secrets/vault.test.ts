import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openKeyFile } from '../../src/secrets/key-file.ts';
import { createVault } from '../../src/secrets/vault.ts';

const first = { read: () => ['the first key'] };
const second = { read: () => ['the second key', 'the first key'] };

it('opens whatever it has sealed, and never seals the same twice', () => {
  const vault = createVault(first);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (secret) => {
      const sealed = vault.seal(secret);
      expect(vault.open(sealed)).toBe(Buffer.from(secret).toString('utf8'));
      expect(vault.seal(secret)).not.toBe(sealed);
    }),
  );
});

it('refuses what was changed, wherever a letter of it was', () => {
  const vault = createVault(first);
  const sealed = vault.seal('a secret of the tests');
  fc.assert(
    fc.property(fc.integer({ min: 'sealed:v1:'.length, max: sealed.length - 2 }), (at) => {
      const changed = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1);
      expect(() => vault.open(changed)).toThrow(/another key|changed by somebody/);
    }),
  );
});

it('opens with a former key, seals with the current one, and tells them apart', () => {
  const old = createVault(first).seal('a secret');
  const vault = createVault(second);
  expect(vault.open(old)).toBe('a secret');
  expect([
    vault.isCurrent(old),
    vault.isCurrent(vault.seal('a secret')),
    vault.isCurrent('a secret'),
  ]).toEqual([false, true, false]);
  expect(() => createVault(first).open(vault.seal('a secret'))).toThrow(/SECRET_KEY/);
});

it('makes a key file for its owner only, and only when something is sealed; another key keeps the former', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hub-key-'));
  const file = join(folder, 'hub.db.key');
  const vault = createVault(openKeyFile(file));
  expect(vault.open('never sealed')).toBe('never sealed');
  expect(statSync(file, { throwIfNoEntry: false })).toBeUndefined();
  const sealed = vault.seal('a secret');
  expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
  vault.rotate?.();
  expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
  expect([vault.isCurrent(sealed), vault.open(sealed)]).toEqual([false, 'a secret']);
  rmSync(folder, { recursive: true });
});
