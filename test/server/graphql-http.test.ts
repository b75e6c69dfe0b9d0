import { auditServer } from 'graphql-http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startHub, type StartedHub } from './start-hub.ts';

let hub: StartedHub;
beforeAll(async () => {
  hub = await startHub();
});
afterAll(() => hub.close());

test('passes every audit of GraphQL over HTTP', async () => {
  const results = await auditServer({ url: `${hub.url}/graphql` });
  const failed = results.flatMap((result) =>
    result.status === 'ok' ? [] : [`${result.name}: ${result.reason}`],
  );
  expect(results.length).toBeGreaterThan(50);
  expect(failed).toEqual([]);
});
