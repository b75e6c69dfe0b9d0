import { lstatSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { writeFingerprint } from '../../src/cli/write-fingerprint.ts';
import { makeFolder } from './support.ts';

const place = makeFolder();
const file = join(place.folder, 'clusters');

afterAll(() => place.remove());

function pinIn(text: string, id = 'lab'): string {
  writeFileSync(file, text, { mode: 0o600 });
  expect(writeFingerprint(file, id, ['AB:CD'])).toBe(true);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  return readFileSync(file, 'utf8');
}

it('writes into YAML and leaves comments', () => {
  expect(
    pinIn('# ours\nclusters:\n  - id: lab # main\n    host: pve1\n  - id: other\n    host: pve2\n'),
  ).toBe(
    '# ours\nclusters:\n  - id: lab # main\n    host: pve1\n    fingerprint: AB:CD\n  - id: other\n    host: pve2\n',
  );
});

it('writes into JSON, which stays JSON', () => {
  const entries = [
    { id: 'lab', host: 'pve1', fingerprint: 'old' },
    { id: 'other', host: 'pve2' },
  ];
  expect(JSON.parse(pinIn(JSON.stringify(entries)))).toEqual([
    { ...entries[0], fingerprint: 'AB:CD' },
    entries[1],
  ]);
  expect(JSON.parse(pinIn(JSON.stringify({ clusters: entries }), 'other'))).toMatchObject({
    clusters: [entries[0], { id: 'other', fingerprint: 'AB:CD' }],
  });
});

it('writes nothing where the file or the cluster is not there', () => {
  expect(writeFingerprint(join(place.folder, 'none'), 'lab', ['AB:CD'])).toBe(false);
  writeFileSync(file, '[]');
  expect(writeFingerprint(file, 'lab', ['AB:CD'])).toBe(false);
});

it('writes to where a symbolic link leads, and not through a link that lies in the way', () => {
  const [link, other] = [join(place.folder, 'link'), join(place.folder, 'other')];
  writeFileSync(file, '- id: lab\n');
  writeFileSync(other, 'untouched');
  symlinkSync(file, link);
  symlinkSync(other, `${file}.new`);
  expect(writeFingerprint(link, 'lab', ['AB:CD'])).toBe(true);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(readFileSync(file, 'utf8')).toContain('AB:CD');
  expect(readFileSync(other, 'utf8')).toBe('untouched');
});
