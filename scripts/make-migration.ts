/**
 * Writes the next migration of both providers: `npm run make-migration -- <name>`.
 *
 * Compares prisma/models with prisma/migrated-models.txt, the models as of the last migration, and renews that file.
 * Read what it wrote before you commit it: some things are taken out by hand (see the comments in the SQL).
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import * as engineModule from '@prisma/schema-engine-wasm/schema_engine_bg';

const prismaFolder = join(import.meta.dirname, '..', 'prisma');
const snapshotFile = join(prismaFolder, 'migrated-models.txt');
const providers = {
  sqlite: () => new PrismaBetterSqlite3({ url: ':memory:' }),
  postgresql: describePostgres,
};

const name = process.argv[2];
if (!name || !/^[a-z0-9_]+$/.test(name)) {
  process.stderr.write('usage: npm run make-migration -- <name_in_small_letters>\n');
  process.exit(2);
}
await startEngine();
const stamp = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14);
const models = readModels();
const previous = existsSync(snapshotFile) ? readFileSync(snapshotFile, 'utf8') : '';
for (const provider of ['sqlite', 'postgresql'] as const) await writeMigration(provider);
writeFileSync(snapshotFile, models);

/** Loads the engine's WebAssembly, as the package's own loader cannot without a bundler. */
async function startEngine(): Promise<void> {
  const file = createRequire(import.meta.url)
    .resolve('@prisma/schema-engine-wasm')
    .replace('schema_engine.js', 'schema_engine_bg.wasm');
  const { instance } = await WebAssembly.instantiate(readFileSync(file), {
    './schema_engine_bg.js': { ...engineModule },
  });
  engineModule.__wbg_set_wasm(instance.exports);
  const start = instance.exports['__wbindgen_start'];
  if (typeof start === 'function') start();
}

/** A PostgreSQL that can only be asked what it is: comparing two models needs no more, and so no server. */
function describePostgres(): SqlMigrationAwareDriverAdapterFactory {
  const nothing = async () => undefined;
  const connection: SqlDriverAdapter = {
    provider: 'postgres',
    adapterName: 'none',
    executeScript: nothing,
    dispose: nothing,
    executeRaw: async () => 0,
    queryRaw: async () => ({
      columnNames: ['version', 'numeric_version'],
      columnTypes: [7, 0],
      rows: [['PostgreSQL 16.0', 160000]],
    }),
    startTransaction: async () => {
      throw new Error('a comparison of models starts no transaction');
    },
  };
  const connect = async () => connection;
  return { provider: 'postgres', adapterName: 'none', connect, connectToShadowDb: connect };
}

function readModels(): string {
  const folder = join(prismaFolder, 'models');
  return readdirSync(folder)
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
}

async function writeMigration(provider: keyof typeof providers): Promise<void> {
  const datasource = `datasource db {\n  provider = "${provider}"\n}\n`;
  const target = (text: string) => ({
    tag: 'schemaDatamodel' as const,
    files: [{ path: 'schema.prisma', content: `${datasource}\n${text}` }],
  });
  const adapter = bindMigrationAwareSqlAdapterFactory(providers[provider]());
  const engine = await engineModule.SchemaEngine.new({ datamodels: undefined }, () => undefined, adapter);
  const result = await engine.diff({
    from: previous === '' ? { tag: 'empty' } : target(previous),
    to: target(models),
    script: true,
    exitCode: null,
    filters: { externalTables: [], externalEnums: [] },
  });
  const sql = (result.stdout ?? '').replace(/-- CreateSchema\nCREATE SCHEMA IF NOT EXISTS "public";\n+/, '');
  const folder = join(prismaFolder, provider, 'migrations', `${stamp}_${name}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'migration.sql'), sql);
  process.stdout.write(`${join(folder, 'migration.sql')}\n`);
}
