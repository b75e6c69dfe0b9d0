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
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
