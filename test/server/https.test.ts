import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { OwnCertificate } from '../../src/config/config.ts';
import { Secret } from '../../src/config/secret.ts';
import { createLogger } from '../../src/log/logger.ts';
import { createTemplateHub } from '../../src/main.ts';
import { makePair } from '../support/make-pem.ts';
import { readShown } from '../support/read-shown.ts';
import { startHub, type StartedHub } from './start-hub.ts';

const folder = mkdtempSync(join(tmpdir(), 'template-hub-'));
let hub: StartedHub | undefined;

afterAll(() => rmSync(folder, { recursive: true }));

afterEach(async () => {
  await hub?.close();
  hub = undefined;
});

async function makeCertificate(): Promise<OwnCertificate> {
  const { cert, key } = await makePair();
  return { cert, key: new Secret(key), files: [] };
}

function fingerprintOf({ cert }: OwnCertificate): string {
  return new X509Certificate(cert).fingerprint256;
}

function getStatus(url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { rejectUnauthorized: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

describe('with a certificate', () => {
  it('the server speaks HTTPS, and says so where it listens', async () => {
    const certificate = await makeCertificate();
    hub = await startHub({ settings: { certificate }, empty: true });
    expect(hub.url).toMatch(/^https:/);
    expect(await getStatus(`${hub.url}/livez`)).toBe(200);
    expect(await readShown(hub.url)).toBe(fingerprintOf(certificate));
    await expect(fetch(`${hub.url.replace('https', 'http')}/livez`)).rejects.toThrow('fetch failed');
  });

  it('shows a renewed one when the configuration is read again, and goes on listening', async () => {
    const [first, renewed] = [await makeCertificate(), await makeCertificate()];
    const config = {
      host: '127.0.0.1',
      port: 0,
      databaseUrl: `file:${join(folder, 'hub.db')}`,
      clusters: [],
      offline: true,
      replicateAtStart: false,
      auditKeep: 0,
      scanInterval: 0,
      replicationInterval: 0,
      log: { level: 'silent', format: 'json' },
      graphiql: false,
      introspection: false,
      webhookAllow: [],
      trustProxy: [],
      streams: { each: 1000, all: 2000 },
      connections: 10_000,
      warnings: [],
      certificate: first,
    } as const;
    const logger = createLogger({ level: 'silent', format: 'json' });
    const whole = await createTemplateHub({ config, logger });
    try {
      const { url } = await whole.start();
      expect(await readShown(url)).toBe(fingerprintOf(first));
      expect(await whole.reload({ ...config, certificate: renewed })).toEqual(['certificate of this server']);
      expect(await readShown(url)).toBe(fingerprintOf(renewed));
      expect(await whole.reload({ ...config, certificate: renewed })).toEqual([]);
    } finally {
      await whole.stop();
    }
  });
});

describe('whom a request is from', () => {
  it.each([
    ['what a trusted proxy says', ['127.0.0.1'], '203.0.113.7'],
    ['who connects, where no proxy is trusted', [], '127.0.0.1'],
    ['who connects, where another proxy is trusted', ['10.0.0.1'], '127.0.0.1'],
  ])('is %s', async (_what, trustProxy, origin) => {
    const apiToken = 'a-token-that-is-long-enough-for-this';
    hub = await startHub({ settings: { trustProxy, apiToken }, empty: true });
    const refused = await fetch(`${hub.url}/api/templates`, {
      headers: { 'x-forwarded-for': '203.0.113.7' },
    });
    expect(refused.status).toBe(401);
    const { prisma } = hub.store;
    await expect.poll(() => prisma.auditEvent.findFirst()).toMatchObject({ origin });
  });
});
