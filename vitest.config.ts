import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // graphql 17 chooses its build by export condition: the same choice for bundled and for external modules keeps it a
  // single copy. 'import' must not be forced on external ones, or CommonJS packages would require ES modules.
  ssr: {
    resolve: {
      conditions: ['node', 'module-sync', 'default'],
      externalConditions: ['node', 'module-sync', 'default'],
    },
  },
  test: {
    include: ['test/**/*.test.ts'],
    maxWorkers: 2,
    // Commands are started some hundred times: what Node has compiled of them is kept.
    env: { NODE_COMPILE_CACHE: join(tmpdir(), 'template-hub-compile-cache') },
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
