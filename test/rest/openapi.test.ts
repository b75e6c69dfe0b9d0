import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { startHub, type StartedHub } from '../server/start-hub.ts';

const jsonObject = z.record(z.string(), z.unknown());
const content = z.object({
  content: z.object({ 'application/json': z.object({ schema: z.object({ $ref: z.string() }) }) }).optional(),
});
const parameter = z.object({ name: z.string(), in: z.string(), required: z.boolean(), schema: jsonObject });
const openApi = z.object({
  openapi: z.literal('3.1.1'),
  paths: z.record(
    z.string(),
    z.object({ get: z.object({ parameters: z.array(parameter), responses: z.record(z.string(), content) }) }),
  ),
  components: z.object({ schemas: z.record(z.string(), jsonObject) }),
});
const cases = z
  .array(z.object({ path: z.string(), status: z.number() }))
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, '..', 'data', 'rest-cases.json'), 'utf8')));

let hub: StartedHub;
let document: z.output<typeof openApi>;
let etag = '';
beforeAll(async () => {
  hub = await startHub();
  const response = await fetch(`${hub.url}/openapi.json`);
  expect(response.status).toBe(200);
  etag = response.headers.get('etag') ?? '';
  document = openApi.parse(await response.json());
});
afterAll(() => hub.close());

/** The template of the document that a path of a request fits. */
function findPath(path: string): string {
  const [bare = ''] = path.split('?');
  return bare.startsWith('/api/templates/by-name/') ? '/api/templates/by-name/{name}' : bare;
}

/** Reads the schema of an answer out of the served document, references and all. */
function readSchema(path: string, status: number): z.ZodType {
  const answer = document.paths[findPath(path)]?.get.responses[status];
  const $ref = answer?.content?.['application/json'].schema.$ref;
  if ($ref === undefined) throw new TypeError(`${path} has no schema for status ${status}`);
  const schema: unknown = JSON.parse(
    JSON.stringify({ $ref, $defs: document.components.schemas }).replaceAll(
      '#/components/schemas/',
      '#/$defs/',
    ),
  );
  return z.fromJSONSchema(z.custom<Parameters<typeof z.fromJSONSchema>[0]>().parse(schema));
}

test('is served with an ETag', async () => {
  expect(etag).toMatch(/^"[\w-]+"$/);
  const again = await fetch(`${hub.url}/openapi.json`, { headers: { 'if-none-match': etag } });
  expect(again.status).toBe(304);
});

test('describes each route once, with types and words for each parameter', () => {
  const routes = Object.entries(document.paths).map(([path, { get }]) => [
    path,
    Object.fromEntries(get.parameters.map(({ name, schema }) => [name, schema['type']])),
  ]);
  const cluster = { cluster_ip: 'string', cluster_id: 'string' };
  expect(Object.fromEntries(routes)).toEqual({
    '/api/templates': {
      ...cluster,
      node: 'string',
      vmid: 'integer',
      is_replica: 'boolean',
      is_class_template: 'boolean',
      class_id: 'integer',
    },
    '/api/templates/by-name/{name}': { name: 'string', ...cluster },
    '/api/templates/nodes': { ...cluster, vmid: 'integer' },
    '/api/templates/stats': cluster,
  });
});

describe('the answer fits its schema', () => {
  test.each(cases)('$path', async ({ path, status }) => {
    const response = await fetch(hub.url + path);
    expect(response.status).toBe(status);
    readSchema(path, status).parse(await response.json());
  });
});

test('an answer of another shape does not fit', () => {
  const rows = readSchema('/api/templates', 200);
  expect(rows.safeParse([{ id: 1 }]).success).toBe(false);
  expect(rows.safeParse({}).success).toBe(false);
  expect(readSchema('/api/templates/stats', 200).safeParse({ total_templates: 'many' }).success).toBe(false);
});
