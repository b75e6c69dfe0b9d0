import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  printSchema,
} from 'graphql';
import { expect, test } from 'vitest';
import { createSchema } from '../../src/graphql/schema.ts';

const schema = createSchema();

test('schema.graphql is what the code says; run "npm run schema" when it is stale', () => {
  const file = join(import.meta.dirname, '..', '..', 'schema.graphql');
  expect(readFileSync(file, 'utf8')).toBe(`${printSchema(schema)}\n`);
});

test('every type, field, argument and enum value has a description', () => {
  const bare: string[] = [];
  const look = (name: string, { description }: { description?: string | null }) => {
    if (!description) bare.push(name);
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type)) continue;
    look(type.name, type);
    if (isEnumType(type)) for (const value of type.getValues()) look(`${type.name}.${value.name}`, value);
    if (isInputObjectType(type))
      for (const field of Object.values(type.getFields())) look(`${type.name}.${field.name}`, field);
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      look(`${type.name}.${field.name}`, field);
      for (const argument of field.args) look(`${type.name}.${field.name}(${argument.name})`, argument);
    }
  }
  expect(bare).toEqual([]);
});

test('every mutation takes one input and answers a payload with user errors', () => {
  for (const mutation of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    expect(mutation.args.map(({ name, type }) => `${name}: ${String(type)}`)).toEqual([
      expect.stringMatching(/^input: \w+Input!$/),
    ]);
    expect(String(mutation.type)).toMatch(/Payload!$/);
    const payload = schema.getType(String(mutation.type).slice(0, -1));
    expect(isObjectType(payload) && String(payload.getFields()['userErrors']?.type)).toBe('[UserError!]!');
  }
});

test('the names that are fixed are there', () => {
  expect(Object.keys(schema.getQueryType()?.getFields() ?? {})).toEqual(
    expect.arrayContaining([
      'template',
      'templates',
      'templatesByName',
      'nodeDistribution',
      'stats',
      'nearestTemplate',
      'clusters',
      'replicationRun',
      'replicationRuns',
      'node',
    ]),
  );
  expect(Object.keys(schema.getMutationType()?.getFields() ?? {})).toEqual(
    expect.arrayContaining(['replicate', 'registerClassTemplate']),
  );
  for (const name of ['Template', 'NodeDistribution', 'Stats']) expect(schema.getType(name)).toBeDefined();
});
