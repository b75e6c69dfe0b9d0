import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { fetchServerCertificate } from '../../../src/proxmox/http/certificate.ts';
import { startRawServer } from '../raw-server.ts';

const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

test('shows who the server says it is, and sends it nothing', async () => {
  const server = await startRawServer(() => {});
  closers.push(server.close);
  const certificate = await fetchServerCertificate({ host: '127.0.0.1', port: server.port });
  expect(certificate).toMatchObject({
    subject: 'CN=Raw server',
    issuer: 'CN=Raw server',
    sha256: server.sha256,
  });
  expect(certificate.pem).toContain('BEGIN CERTIFICATE');
  expect(Date.parse(certificate.validTo)).toBeGreaterThan(Date.parse(certificate.validFrom));
  expect(server.seen).toEqual([]);
});

test('says when nobody is there', async () => {
  const port = await listen(createServer());
  await closers.pop()?.();
  await expect(fetchServerCertificate({ host: '127.0.0.1', port })).rejects.toMatchObject({
    phase: 'connect',
    code: 'ECONNREFUSED',
  });
});

test('gives up on a server that says nothing, and when its caller does', async () => {
  const port = await listen(createServer());
  const silent = { host: '127.0.0.1', port };
  await expect(fetchServerCertificate({ ...silent, timeoutMs: 50 })).rejects.toMatchObject({
    code: 'ETIMEDOUT',
  });
  const controller = new AbortController();
  const asked = fetchServerCertificate({ ...silent, signal: controller.signal });
  controller.abort(new Error('enough'));
  await expect(asked).rejects.toThrow('enough');
});

test('says when the server speaks no TLS', async () => {
  const port = await listen(createServer((socket) => socket.end('hello\n')));
  await expect(fetchServerCertificate({ host: '127.0.0.1', port })).rejects.toMatchObject({
    phase: 'connect',
  });
});

function listen(server: Server): Promise<number> {
  // A socket that nobody reads never learns that the other side has gone.
  server.on('connection', (socket) => socket.on('error', () => socket.destroy()).resume());
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' ? (address?.port ?? 0) : 0);
    });
  });
}
