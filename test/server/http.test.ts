import { request as sendRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startHub, type StartedHub } from './start-hub.ts';

describe('without a token', () => {
  let hub: StartedHub;
  beforeAll(async () => {
    hub = await startHub();
  });
  afterAll(() => hub.close());

  test.each([
    ['GET', '/nothing', 404],
    ['GET', '/api/nothing', 404],
    ['GET', '/api/templates/', 404],
    ['GET', '/api/templates/by-name/', 404],
    ['GET', '/api/templates/by-name/a/b', 404],
    ['POST', '/api/templates', 405],
    ['DELETE', '/api/templates/stats', 405],
    ['PUT', '/graphql', 405],
    ['POST', '/health', 405],
  ])('%s %s is %i with an error as JSON', async (method, path, status) => {
    const response = await fetch(hub.url + path, { method });
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ error: expect.any(String) });
    if (status === 405) expect(response.headers.get('allow')).toContain('GET');
  });

  test.each(['/api/templates', '/api/templates/stats', '/graphql', '/health'])(
    'OPTIONS %s tells what is allowed',
    async (path) => {
      const response = await fetch(hub.url + path, { method: 'OPTIONS' });
      expect(response.status).toBe(204);
      expect(response.headers.get('allow')).toMatch(/GET, HEAD/);
    },
  );

  test('HEAD answers the headers of GET', async () => {
    const head = await fetch(`${hub.url}/api/templates`, { method: 'HEAD' });
    const get = await fetch(`${hub.url}/api/templates`);
    expect(await head.text()).toBe('');
    expect(head.headers.get('content-length')).toBe(String(Buffer.byteLength(await get.text())));
    expect(head.headers.get('etag')).toBe(get.headers.get('etag'));
  });

  test('other content types are refused, so no page of another site can send an operation', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ]) {
      const response = await fetch(`${hub.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': type },
        body: '{"query":"{ __typename }"}',
      });
      expect(response.status).toBe(415);
    }
    const crossSite = await fetch(`${hub.url}/graphql`, {
      method: 'OPTIONS',
      headers: { origin: 'https://example.org' },
    });
    expect(crossSite.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('the commonest queries are answered alike by GET, HEAD and POST', async () => {
    const query = 'query ($first: Int) { templates(first: $first) { nodes { name vmid } } }';
    const variables = { first: 3 };
    const search = new URLSearchParams({ query, variables: JSON.stringify(variables) });
    const path = `${hub.url}/graphql`;
    const posted = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    const got = await fetch(`${path}?${search}`);
    const head = await fetch(`${path}?${search}`, { method: 'HEAD' });
    const answer = await posted.json();
    expect(answer).toMatchObject({ data: { templates: { nodes: { length: 3 } } } });
    expect(await got.json()).toEqual(answer);
    expect(await head.text()).toBe('');
    expect(got.headers.get('x-content-type-options')).toBe('nosniff');
    expect(got.headers.get('cross-origin-resource-policy')).toBe('same-origin');
    for (const name of ['content-type', 'content-length', 'etag', 'cache-control']) {
      expect(got.headers.get(name)).toBe(posted.headers.get(name));
      expect(head.headers.get(name)).toBe(posted.headers.get(name));
    }
    const twice = await fetch(`${path}?${search}&query=${encodeURIComponent('{ __typename }')}`);
    expect(await twice.json()).toEqual(answer);
    const broken = await fetch(`${path}?${new URLSearchParams({ query, variables: '{' })}`);
    expect(broken.status).toBe(400);
  });

  test('mutations by GET are refused', async () => {
    const query = encodeURIComponent('mutation { replicate(input: {}) { userErrors { code } } }');
    const response = await fetch(`${hub.url}/graphql?query=${query}`);
    expect(response.status).toBe(405);
  });

  test('a body that is too large is refused', async () => {
    const response = await fetch(`${hub.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: `{ __typename }${' '.repeat(100_001)}` }),
    });
    expect(response.status).toBe(413);
  });

  test.each(['{"then":1}', '{"query":"{ __typename }","then":null}', '{"then":{}}'])(
    '%s is refused, though it looks like a promise',
    async (body) => {
      const response = await fetch(`${hub.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ errors: [{ message: expect.stringContaining('then') }] });
    },
  );

  test('a batch is refused', async () => {
    const response = await fetch(`${hub.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([{ query: '{ __typename }' }]),
    });
    expect(response.status).toBe(400);
  });

  test('a name that points here from elsewhere is refused', async () => {
    const { port } = new URL(hub.url);
    const status = await new Promise((resolve, reject) => {
      const sent = sendRequest(
        { port, host: '127.0.0.1', path: '/api/templates', headers: { host: 'evil.example' } },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      );
      sent.once('error', reject);
      sent.end();
    });
    expect(status).toBe(403);
  });

  test('health and metrics', async () => {
    expect(await (await fetch(`${hub.url}/health/live`)).json()).toEqual({ status: 'ok' });
    expect(await (await fetch(`${hub.url}/health/ready`)).json()).toMatchObject({
      status: 'ok',
      mode: 'offline',
    });
    const metrics = await (await fetch(`${hub.url}/metrics`)).text();
    expect(metrics).toMatch(
      /template_hub_request_duration_seconds_count\{class="probe",route="\/health\/live",status="200"\} 1/,
    );
  });

  test('GraphiQL is one page that loads nothing, with an ETag', async () => {
    const headers = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
    const page = await fetch(`${hub.url}/graphql`, { headers });
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-encoding')).toBe('gzip');
    expect(page.headers.get('x-frame-options')).toBe('DENY');
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    const html = await page.text();
    expect(html).toContain('nodeDistribution');
    expect(html).not.toMatch(/<(?:script|link)[^>]+(?:src|href)="https?:/);
    const etag = page.headers.get('etag') ?? '';
    const again = await fetch(`${hub.url}/graphql`, { headers: { ...headers, 'if-none-match': etag } });
    expect(again.status).toBe(304);
  });

  test('a REST answer that names no cluster warns of others', async () => {
    const response = await fetch(`${hub.url}/api/templates/nodes?vmid=111`);
    expect(response.headers.get('warning')).toBe(
      '299 - "VMID 111 is an original in other clusters, too: cluster2. Name one by cluster_id."',
    );
    const named = await fetch(`${hub.url}/api/templates/nodes?vmid=111&cluster_id=cluster1`);
    expect(named.headers.get('warning')).toBeNull();
  });

  test.each([
    ['/api/templates?vmid=99999999999999999999', 200, []],
    ['/api/templates?class_id=-99999999999999999999', 200, []],
    ['/api/templates/nodes?vmid=2147483648', 404, { error: 'Original template not found' }],
    ['/api/templates?is_replica=yes', 400, { error: 'is_replica must be true or false' }],
    ['/api/templates?cluster_id=nowhere', 200, []],
    ['/api/templates/by-name/%FF', 400, { error: 'name must be percent-encoded UTF-8' }],
  ])('%s', async (path, status, body) => {
    const response = await fetch(hub.url + path);
    expect({ status: response.status, body: await response.json() }).toEqual({ status, body });
  });
});

describe('with a token', () => {
  let hub: StartedHub;
  beforeAll(async () => {
    hub = await startHub({ empty: true, settings: { apiToken: 'secret-token' } });
  });
  afterAll(() => hub.close());

  test.each(['/graphql', '/api/templates', '/health', '/health/live', '/metrics', '/nothing'])(
    '%s asks for it',
    async (path) => {
      const refused = await fetch(hub.url + path);
      expect(refused.status).toBe(401);
      expect(refused.headers.get('www-authenticate')).toContain('Bearer');
      const wrong = await fetch(hub.url + path, { headers: { authorization: 'Bearer secret-tokem' } });
      expect(wrong.status).toBe(401);
    },
  );

  test.each([
    ['as a bearer token', 'Bearer secret-token'],
    ['as a password, for browsers', `Basic ${Buffer.from('anyone:secret-token').toString('base64')}`],
  ])('takes it %s', async (_name, authorization) => {
    const response = await fetch(`${hub.url}/api/templates`, { headers: { authorization } });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual([]);
  });
});
