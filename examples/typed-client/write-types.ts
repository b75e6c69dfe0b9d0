/**
 * Writes the schema as a type, from which gql.tada derives what each document asks for and is answered:
 * `node examples/typed-client/write-types.ts`. Run it again after the schema changed.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, introspectionFromSchema } from 'graphql';

const folder = join(import.meta.dirname, 'generated');
const schema = buildSchema(readFileSync(join(import.meta.dirname, '..', '..', 'schema.graphql'), 'utf8'));
const introspection = introspectionFromSchema(schema, { descriptions: false });
mkdirSync(folder, { recursive: true });
writeFileSync(
  join(folder, 'introspection.ts'),
  `/** The schema of Template Hub. */\nexport type Introspection = ${JSON.stringify(introspection)};\n`,
);
