import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readMigrations, selectPending, type Migration } from '../../src/store/migrations.ts';

const prisma = join(import.meta.dirname, '..', '..', 'prisma');
const migration = (name: string): Migration => ({ name, sql: '', checksum: `sum-${name}` });

describe('selectPending', () => {
  it('leaves out what was applied', () => {
    const all = [migration('1'), migration('2')];
    expect(selectPending(all, [{ name: '1', checksum: 'sum-1' }])).toEqual([migration('2')]);
  });

  it('refuses a database of a newer version', () => {
    expect(() => selectPending([], [{ name: '9', checksum: 'x' }])).toThrow(/does not know/);
  });

  it('refuses a migration that was applied in another form', () => {
    expect(() => selectPending([migration('1')], [{ name: '1', checksum: 'other' }])).toThrow(/another form/);
  });
});

describe('the migrations', () => {
  it('are the same steps for both providers', () => {
    const names = (provider: string) =>
      readMigrations(join(prisma, provider, 'migrations')).map(({ name }) => name);
    expect(names('postgresql')).toEqual(names('sqlite'));
  });

  it('are up to date with the models', () => {
    const models = readdirSync(join(prisma, 'models'))
      .sort()
      .map((file) => readFileSync(join(prisma, 'models', file), 'utf8'))
      .join('\n');
    expect(readFileSync(join(prisma, 'migrated-models.txt'), 'utf8')).toBe(models);
  });
});
