import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load-config.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hub-persisted-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function load(environment: Record<string, string>) {
  return loadConfig({ environment, folder });
}

describe('PERSISTED_OPERATIONS', () => {
  it('is a file of documents by name', () => {
    writeFileSync(join(folder, 'operations.json'), JSON.stringify({ Stats: '{ stats { totalTemplates } }' }));
    const config = load({ PERSISTED_OPERATIONS: 'operations.json', PERSISTED_ONLY: 'true' });
    expect(config.persistedOperations).toEqual({
      documents: new Map([['Stats', '{ stats { totalTemplates } }']]),
      only: true,
    });
  });

  it('is nothing unless it is set', () => {
    expect(load({}).persistedOperations).toBeUndefined();
  });

  it('says what is wrong with the file', () => {
    writeFileSync(join(folder, 'operations.json'), '["{ a }"]');
    expect(() => load({ PERSISTED_OPERATIONS: 'operations.json' })).toThrow(
      /JSON object of documents by name/,
    );
    expect(() => load({ PERSISTED_OPERATIONS: 'missing.json' })).toThrow(/missing.json cannot be used/);
  });

  it('is needed where nothing else is to be executed', () => {
    expect(() => load({ PERSISTED_ONLY: 'true' })).toThrow(/needs PERSISTED_OPERATIONS/);
  });
});
