import { expect, test } from 'vitest';
import { findBreaks } from '../../scripts/schema-changes.ts';

const before = `
type Query { templates(first: Int, old: Int @deprecated(reason: "use first")): [Template!]!, older: Older @deprecated(reason: "use templates") }
type Template implements Node { id: ID!, name: String, size: Int @deprecated(reason: "use bytes"), state: State! }
type Older { word: String }
interface Node { id: ID! }
enum State { PRESENT GONE @deprecated(reason: "never answered") }
input Where { vmid: Int }
type Mutation { remove(where: Where): Boolean }
`;

test('the same schema, and one with more, break nothing', () => {
  expect(findBreaks(before, before)).toEqual([]);
  const more = before
    .replace('name: String,', 'name: String!, bytes: Int,')
    .replace('vmid: Int', 'vmid: Int, node: String');
  expect(findBreaks(before, more)).toEqual([]);
});

test.each([
  ['a field that goes', 'name: String,', '', /Template\.name was removed/],
  ['a field that may be null', 'state: State!', 'state: State', /Template\.state changed type/],
  ['an argument that goes', 'first: Int,', '', /first.* was removed/],
  ['an argument that is required', 'first: Int', 'first: Int!', /first.* has changed type/],
  ['an enum value that goes', 'PRESENT', 'HERE', /PRESENT was removed/],
  ['an input field that is required', 'vmid: Int', 'vmid: Int, node: String!', /node was added/],
  ['an interface that goes', ' implements Node', '', /Node/],
  [
    'an operation type that goes',
    'type Mutation { remove(where: Where): Boolean }',
    '',
    /Mutation was removed/,
  ],
])('%s breaks clients', (_name, old, now, message) => {
  const breaks = findBreaks(before, before.replace(old, now));
  expect(breaks.join('\n')).toMatch(message);
});

test('what was deprecated before may go: fields, arguments, values, and the types that only they led to', () => {
  const after = `
type Query { templates(first: Int): [Template!]! }
type Template implements Node { id: ID!, name: String, state: State! }
interface Node { id: ID! }
enum State { PRESENT }
input Where { vmid: Int }
type Mutation { remove(where: Where): Boolean }
`;
  expect(findBreaks(before, after)).toEqual([]);
});

test('deprecating breaks nothing, and lets the field go with the next change', () => {
  const marked = before.replace('name: String,', 'name: String @deprecated(reason: "x"),');
  expect(findBreaks(before, marked)).toEqual([]);
  expect(findBreaks(marked, before.replace('name: String,', ''))).toEqual([]);
});
