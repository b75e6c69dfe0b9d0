import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { connectRemoteApi } from '../../src/cli/api/remote-api.ts';
import { Secret } from '../../src/config/secret.ts';

const apiToken = new Secret('secret-token');
const { signal } = new AbortController();

async function withServer(answer: RequestListener, work: (url: string) => Promise<void>): Promise<void> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new TypeError('no port');
    await work(`http://127.0.0.1:${address.port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('a token', () => {
  it.each(['http://hub.example', 'hub.example:8080', 'http://10.0.0.1:8080/graphql'])(
    'is not sent to %s in the clear',
    (url) => {
      expect(() => connectRemoteApi({ url, apiToken, signal })).toThrow(
        expect.objectContaining({
          code: 'TOKEN_IN_THE_CLEAR',
          message: expect.not.stringContaining('secret-token'),
        }),
      );
    },
  );

  it.each([
    ['to this machine', { url: 'http://127.0.0.1:8080' }],
    ['to this machine by its IPv6 address', { url: 'http://[::1]:8080' }],
    ['to this machine by its name', { url: 'localhost:8080' }],
    ['by HTTPS', { url: 'https://hub.example' }],
    ['where somebody says that the way is safe', { url: 'http://hub.example', plainHttp: true }],
  ])('is sent %s', (_what, options) => {
    expect(connectRemoteApi({ ...options, apiToken, signal })).toBeDefined();
  });

  it('is not needed where none is sent', () => {
    expect(connectRemoteApi({ url: 'http://hub.example', signal })).toBeDefined();
  });

  it('does not follow a redirect', async () => {
    const asked: (string | undefined)[] = [];
    await withServer(
      ({ url }, response) => {
        asked.push(url);
        response.writeHead(307, { location: 'http://127.0.0.1:9/elsewhere' }).end();
      },
      async (url) => {
        const api = connectRemoteApi({ url, apiToken, signal });
        await expect(api.ask('{ __typename }', {}, z.unknown())).rejects.toMatchObject({
          code: 'SERVER_REDIRECTS',
          message: expect.stringContaining('http://127.0.0.1:9/elsewhere'),
        });
      },
    );
    expect(asked).toEqual(['/graphql']);
  });
});
