import { expect, it } from 'vitest';
import { findSimilar, suggest } from '../../src/names/did-you-mean.ts';

const known = ['host', 'port', 'password', 'fingerprint', 'replication'];

it.each([
  ['fingerprnt', 'fingerprint'],
  ['hots', 'host'],
  ['HOST', 'host'],
  ['pasword', 'password'],
  ['replicaton', 'replication'],
])('%s was meant to be %s', (written, meant) => {
  expect(findSimilar(written, known)).toBe(meant);
  expect(suggest(written, known)).toBe(`; did you mean "${meant}"?`);
});

it.each(['comment', 'x', ''])('%j was meant to be none of them', (written) => {
  expect(findSimilar(written, known)).toBeUndefined();
  expect(suggest(written, known)).toBe('');
});

it('differs in so many letters at most', () => {
  expect(findSimilar('fingrpnt', known, 2)).toBeUndefined();
  expect(findSimilar('fingrpnt', known, 3)).toBe('fingerprint');
});
