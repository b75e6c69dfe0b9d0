/** The REST contract through the front door: import and `serve --offline`, both as the real binary. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { findSample, legacyClusters, makeFolder, runHub, startHub, type RunningHub } from './support.ts';

const caseSchema = z.object({ path: z.string(), status: z.int(), body: z.unknown() });
const cases = z
  .array(caseSchema)
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, '..', 'data', 'rest-cases.json'), 'utf8')));

const place = makeFolder();
let server: RunningHub;
let url = '';

beforeAll(async () => {
  writeFileSync(join(place.folder, 'clusters.json'), JSON.stringify(legacyClusters));
  const imported = await runHub(['import', findSample('lab_portal'), '--clusters', 'clusters.json'], place);
  expect(imported).toMatchObject({ code: 0, stderr: '' });
  server = startHub(['serve', '--offline', '--port', '0', '--json'], place);
  url = (await server.waitFor(/^\{"url":"(.*)"\}$/))[1] ?? '';
});

afterAll(async () => {
  server.kill();
  expect((await server.ended).code).toBe(0);
  place.remove();
});

describe('after an import, serve --offline', () => {
  it.each(cases)('answers $path as it must', async ({ path, status, body }) => {
    const response = await fetch(`${url}${path}`);
    const text = await response.text();
    expect(response.status).toBe(status);
    expect(JSON.parse(text)).toEqual(body);
    if (Array.isArray(body)) expect(text.trimEnd()).toBe(JSON.stringify(body));
  });

  it('is what --server talks to', async () => {
    const { code, stdout } = await runHub(['stats', '--server', url, '--json'], place);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ totalTemplates: 36, originalTemplates: 25 });
    const shown = await runHub(['template', 'nodes', '112', '--server', url], place);
    expect(shown.stdout).toMatch(/^Windows 11 Pro \(112\) of cluster1\n/);
  });

  it('says that it is offline where Proxmox would be needed', async () => {
    const { code, stderr } = await runHub(['replicate', 'run', '--server', url, '--json'], place);
    expect(code).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'OFFLINE' } });
  });
});

describe('--server', () => {
  it('says so when nobody listens there', async () => {
    const { code, stderr } = await runHub(['stats', '--server', 'http://127.0.0.1:1', '--json'], place);
    expect(code).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'SERVER_UNREACHABLE' } });
  });
});
