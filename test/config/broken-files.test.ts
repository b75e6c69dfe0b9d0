import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ConfigError } from '../../src/config/config-error.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { loadStoreConfig } from '../../src/config/named-clusters.ts';
import { replicationPolicySchema } from '../../src/replication/policy/policy.ts';

let folder: string;
const emitWarning = vi.spyOn(process, 'emitWarning');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hub-broken-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Everything that is said about a clusters file: faults, warnings, and what a library says by itself. */
function readWords(text: string, name: string): string {
  writeFileSync(join(folder, name), text);
  emitWarning.mockClear();
  const environment = { CLUSTERS_FILE: name };
  const said = [
    () => loadConfig({ environment, folder, replication: replicationPolicySchema }).warnings,
    () => loadStoreConfig({ environment, folder }),
  ].map((load) => {
    try {
      return JSON.stringify(load());
    } catch (error) {
      if (error instanceof ConfigError) return [error.message, ...error.warnings].join('\n');
      throw error;
    }
  });
  return [...said, ...emitWarning.mock.calls.map((call) => String(call[0]))].join('\n');
}

it.each([
  [
    'a colon without a blank',
    'lab.yaml',
    '- id: a\n  host: h\n  password:hunter2\n  user: root@pam\n',
    'line 3',
  ],
  ['a quote that never ends', 'lab.yaml', '- id: a\n  password: "hunter2\n', 'line'],
  ['an alias that is none', 'lab.yaml', '- id: a\n  password: *hunter2\n', 'alias'],
  ['a tag that is none', 'lab.yaml', '- id: a\n  password: !hunter2\n', ''],
  ['a text that begins with @', 'lab.yaml', '- id: a\n  password: @hunter2\n', 'quotes'],
  ['a text without quotes', 'lab.json', '[{"id": "a", "password": hunter2}]', 'is not JSON'],
  ['a comma that is missing', 'lab.json', '[{"id": "a",\n "password": "hunter2" "host": "h"}]', 'line 2'],
  ['text behind the end', 'lab.json', '[{"id": "a", "password": "x"}] hunter2', 'is not JSON'],
  ['the password as a key', 'lab.yaml', '- id: a\n  hunter2: x\n', 'key number 2 is not known'],
  ['the password as a key, twice', 'lab.yaml', '- id: a\n  hunter2: x\n  hunter2: y\n', 'stands there twice'],
  ['a list', 'lab.json', '[{"id": "a", "password": ["hunter2"]}]', '[0].password'],
  ['the password as a path', 'lab.json', '[{"id": "a", "ca_file": "hunter2"}]', '[0].ca_file: ENOENT'],
  ['the password in the policy', 'lab.json', '[{"id": "a", "replication": {"hunter2": 1}}]', 'is not known'],
  ['the password in the host', 'lab.json', '[{"id": "a", "host": "https://root:hunter2@h"}]', '[0].host'],
])('repeats no password of a clusters file with %s', (_what, name, text, told) => {
  const words = readWords(text, name);
  expect(words).toContain(told);
  expect(words).not.toMatch(/hunter2|unter/);
});

it('shows a misspelt key beside a secret without what else the entry holds', () => {
  const words = readWords('[{"id": "a", "passwort": "hunter2", "host": "h"}]', 'lab.json');
  expect(words).toMatch(/\[0\]\.passwort is not known and was ignored; did you mean "password"\?/);
  expect(words).not.toMatch(/hunter2/);
});

const secret = fc
  .tuple(fc.string({ minLength: 8, maxLength: 20 }), fc.integer({ min: 10_000, max: 99_999 }))
  .map(([text, number]) => `${text}${number}Zq`);

/** What a slip of the hand does to a text at a place. */
const slip = fc.record({
  at: fc.nat({ max: 400 }),
  removed: fc.nat({ max: 6 }),
  put: fc.oneof(
    fc.constant(''),
    fc.string({ maxLength: 3 }),
    fc.constantFrom('\n', '\t', '"', '*', '!', '&', ': ', '- '),
  ),
});

it('repeats no secret of a broken clusters file, whatever the secret and whatever broke it', () => {
  fc.assert(
    fc.property(
      secret,
      fc.boolean(),
      fc.boolean(),
      fc.array(slip, { maxLength: 4 }),
      (password, isJson, isQuoted, slips) => {
        const entry = { id: 'a', host: 'pve1', user: 'root@pam', password: 'PLACE', verify_ssl: true };
        const yaml = `- id: a\n  host: pve1\n  user: root@pam\n  password: PLACE\n  token: root@pam!x=PLACE\n`;
        const broken = slips.reduce(
          (text, { at, removed, put }) => text.slice(0, at) + put + text.slice(at + removed),
          isJson ? JSON.stringify([entry, entry], undefined, 1) : yaml,
        );
        const written = isQuoted && !isJson ? JSON.stringify(password) : password;
        const words = readWords(
          broken.replaceAll('PLACE', () => written),
          isJson ? 'lab.json' : 'lab.yaml',
        );
        expect(words).not.toContain(password);
        expect(words).not.toContain(password.slice(-7));
      },
    ),
    { numRuns: 250 },
  );
});
