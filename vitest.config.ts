import { defineConfig } from 'vitest/config';

/** graphql 17 chooses its build by export condition; one list for all keeps it a single copy. */
const conditions = ['node', 'import', 'module-sync', 'default'];

export default defineConfig({
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['test/**/*.test.ts'],
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
