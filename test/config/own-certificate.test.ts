import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config/config-error.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { makePair } from '../support/make-pem.ts';

const folder = mkdtempSync(join(tmpdir(), 'template-hub-'));
chmodSync(folder, 0o755);

beforeAll(async () => {
  const [mine, other] = [await makePair(), await makePair()];
  writeFileSync(join(folder, 'cert.pem'), mine.cert);
  writeFileSync(join(folder, 'key.pem'), mine.key);
  writeFileSync(join(folder, 'other-key.pem'), other.key);
  writeFileSync(join(folder, 'text.pem'), 'secret-text');
});

afterAll(() => rmSync(folder, { recursive: true }));

function load(environment: Record<string, string>) {
  return loadConfig({ environment: { OFFLINE: 'true', ...environment }, folder });
}

function findFaults(environment: Record<string, string>): string[] {
  try {
    load(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.map(({ where, message }) => `${where} ${message}`);
    throw error;
  }
  return [];
}

describe('the certificate of the server', () => {
  it('is read with its key', () => {
    const { certificate } = load({ TLS_CERT_FILE: 'cert.pem', TLS_KEY_FILE: 'key.pem' });
    expect(certificate?.cert).toContain('BEGIN CERTIFICATE');
    expect(certificate?.key.reveal()).toContain('PRIVATE KEY');
    expect(certificate?.files).toEqual([join(folder, 'cert.pem'), join(folder, 'key.pem')]);
  });

  it.each([
    [0o600, []],
    [0o644, [join(folder, 'key.pem')]],
  ])('whose key has the mode %o: what others can read is told', (mode, openFiles) => {
    chmodSync(join(folder, 'key.pem'), mode);
    const config = load({ TLS_CERT_FILE: 'cert.pem', TLS_KEY_FILE: 'key.pem' });
    expect(config.openFiles).toEqual(openFiles);
    expect(config.warnings).toHaveLength(openFiles.length);
  });

  it('is not needed', () => {
    expect(load({}).certificate).toBeUndefined();
  });

  it.each([
    ['its key', { TLS_CERT_FILE: 'cert.pem' }, 'TLS_KEY_FILE is needed as well: TLS_CERT_FILE is set'],
    ['itself', { TLS_KEY_FILE: 'key.pem' }, 'TLS_CERT_FILE is needed as well: TLS_KEY_FILE is set'],
    [
      'the right key',
      { TLS_CERT_FILE: 'cert.pem', TLS_KEY_FILE: 'other-key.pem' },
      'TLS_KEY_FILE other-key.pem is not the key of the certificate in cert.pem',
    ],
    [
      'a certificate in its file',
      { TLS_CERT_FILE: 'text.pem', TLS_KEY_FILE: 'key.pem' },
      'TLS_CERT_FILE text.pem holds no certificate (PEM)',
    ],
    [
      'a key in its file',
      { TLS_CERT_FILE: 'cert.pem', TLS_KEY_FILE: 'text.pem' },
      'TLS_KEY_FILE text.pem holds no private key without a passphrase (PEM)',
    ],
    ['a file', { TLS_CERT_FILE: 'none.pem', TLS_KEY_FILE: 'key.pem' }, 'TLS_CERT_FILE ENOENT'],
  ])('that lacks %s is refused with words', (_what, environment, fault) => {
    const faults = findFaults(environment);
    expect(faults).toEqual([expect.stringContaining(fault)]);
    expect(faults.join()).not.toContain('secret-text');
  });
});

it('a proxy that is trusted is an address or a network', () => {
  expect(load({ TRUST_PROXY: '127.0.0.1, 10.1.0.0/16,::1' }).trustProxy).toEqual([
    '127.0.0.1',
    '10.1.0.0/16',
    '::1',
  ]);
  expect(findFaults({ TRUST_PROXY: 'proxy.example' })).toEqual([expect.stringContaining('TRUST_PROXY')]);
});
