import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { startHub, type StartedHub } from '../server/start-hub.ts';

const rowKeys = [
  'id',
  'name',
  'proxmox_vmid',
  'cluster_ip',
  'node',
  'is_replica',
  'source_vmid',
  'source_node',
  'is_class_template',
  'class_id',
  'last_verified_at',
];
const cases = z
  .array(z.object({ path: z.string(), status: z.number(), body: z.unknown() }))
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, '..', 'data', 'rest-cases.json'), 'utf8')));

describe.each([
  ['with the answer cache', 64_000_000],
  ['without it', 0],
])('REST cases %s', (_name, cacheBytes) => {
  let hub: StartedHub;
  beforeAll(async () => {
    hub = await startHub({ settings: { cacheBytes } });
  });
  afterAll(() => hub.close());

  test.each(cases)('$path, ending with a newline', async ({ path, status, body }) => {
    for (let repeat = 0; repeat < 2; repeat += 1) {
      const response = await fetch(hub.url + path);
      const text = await response.text();
      const answer: unknown = JSON.parse(text);
      expect(text).toMatch(/[^\n]\n$/);
      expect({ status: response.status, body: answer }).toEqual({ status, body });
      expect(response.headers.get('content-type')).toMatch(/^application\/json/);
      const rows = Array.isArray(answer) ? answer : [];
      for (const row of rows) expect(Object.keys(row)).toEqual(rowKeys);
    }
  });

  test('stats of an unknown cluster_id count nothing, as the contract has it', async () => {
    const response = await fetch(`${hub.url}/api/templates/stats?cluster_id=nowhere`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ total_templates: 0, templates_by_node: {} });
  });
});
