/** Writes schema.graphql. Run as `npm run schema`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { printSchema } from 'graphql';
import { createSchema } from './schema.ts';

const file = join(import.meta.dirname, '..', '..', 'schema.graphql');
writeFileSync(file, `${printSchema(createSchema())}\n`);
process.stdout.write(`${file} is up to date\n`);
