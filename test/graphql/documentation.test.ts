import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LoneAnonymousOperationRule, parse, specifiedRules, validate } from 'graphql';
import { expect, test } from 'vitest';
import { createSchema } from '../../src/graphql/schema.ts';
import { writeGraphiqlTabs } from '../../src/server/graphql/graphiql-tabs.ts';

const schema = createSchema();
/** A page may show several operations in one block. */
const rules = specifiedRules.filter((rule) => rule !== LoneAnonymousOperationRule);
const root = join(import.meta.dirname, '..', '..');

function readExamples(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/```graphql\n([\s\S]*?)```/g)].map(([, document = '']) => document);
}

const examples = [
  'docs/graphql.md',
  'docs/replication.md',
  'docs/classes.md',
  'docs/webhooks.md',
  'README.md',
].flatMap((file) => readExamples(file).map((document, index) => [`${file} ${index + 1}`, document] as const));
const tabs = writeGraphiqlTabs({ vmid: 9000, node: 'pve1' }).map(
  (document, index) => [`GraphiQL tab ${index + 1}`, document] as const,
);

test.each([...examples, ...tabs])('%s fits the schema', (_name, document) => {
  expect(validate(schema, parse(document), rules).map(({ message }) => message)).toEqual([]);
});
