import { createPrivateKey, X509Certificate } from 'node:crypto';
import { resolve } from 'node:path';
import { describeError } from '../errors/hub-error.ts';
import type { OwnCertificate } from './config.ts';
import type { ConfigFault } from './config-error.ts';
import type { Settings } from './environment.ts';
import { isOpenToOthers } from '../secrets/file-privacy.ts';
import { readTextFile } from './read-text-file.ts';
import { Secret } from './secret.ts';

/** Bytes of the largest certificate, with those that lead to its authority, or key. */
const largest = 1_000_000;

/** Where files lie, and what is found wrong with them. */
interface Reading {
  readonly folder: string;
  readonly faults: ConfigFault[];
  /** Files with secrets that others can read. */
  readonly openFiles: string[];
}

/** Reads the certificate that this server shows, and its key, where both are named. Faults are added to `faults`. */
export function readOwnCertificate(
  settings: Settings,
  { folder, faults, openFiles }: Reading,
): OwnCertificate | undefined {
  const { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile } = settings;
  if (certFile === undefined && keyFile === undefined) return undefined;
  if (certFile === undefined || keyFile === undefined) {
    const [given, wanted] = certFile ? ['TLS_CERT_FILE', 'TLS_KEY_FILE'] : ['TLS_KEY_FILE', 'TLS_CERT_FILE'];
    faults.push({ where: wanted, message: `is needed as well: ${given} is set, and HTTPS takes both` });
    return undefined;
  }
  const cert = read('TLS_CERT_FILE', certFile, { folder, faults }, (pem) => new X509Certificate(pem));
  const key = read('TLS_KEY_FILE', keyFile, { folder, faults }, (pem) => createPrivateKey(pem));
  if (!cert || !key) return undefined;
  if (!cert.parsed.checkPrivateKey(key.parsed)) {
    faults.push({
      where: 'TLS_KEY_FILE',
      message: `${keyFile} is not the key of the certificate in ${certFile}`,
    });
    return undefined;
  }
  const files = [certFile, keyFile].map((file) => resolve(folder, file));
  openFiles.push(...files.slice(1).filter(isOpenToOthers));
  return { cert: cert.pem, key: new Secret(key.pem), files };
}

interface ReadPem<Parsed> {
  readonly pem: string;
  readonly parsed: Parsed;
}

/** What a key's file holds is repeated nowhere. */
function read<Parsed>(
  where: 'TLS_CERT_FILE' | 'TLS_KEY_FILE',
  file: string,
  { folder, faults }: Pick<Reading, 'folder' | 'faults'>,
  parse: (pem: string) => Parsed,
): ReadPem<Parsed> | undefined {
  let pem: string;
  try {
    pem = readTextFile(resolve(folder, file), largest);
  } catch (error) {
    faults.push({ where, message: describeError(error) });
    return undefined;
  }
  try {
    return { pem, parsed: parse(pem) };
  } catch {
    const what = where === 'TLS_CERT_FILE' ? 'certificate' : 'private key without a passphrase';
    faults.push({ where, message: `${file} holds no ${what} (PEM)` });
    return undefined;
  }
}
