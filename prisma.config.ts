// The schema engine has no binary in the npm registry; `generate` needs none, but its CLI looks for one
// and silently does nothing without it. Any executable satisfies the look-up.
process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= process.execPath;

import { defineConfig } from 'prisma/config';

const provider = process.env['PRISMA_PROVIDER'] ?? 'sqlite';

export default defineConfig({ schema: `prisma/${provider}` });
