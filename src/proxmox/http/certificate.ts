import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import { connect } from 'node:tls';
import { parseFingerprint } from '../../names/fingerprint.ts';
import { defaultPort } from './connection.ts';
import { TransportError } from './transport.ts';

/** What a server shows of itself before anything is sent to it. */
export interface ServerCertificate {
  /** SHA-256 fingerprint in hexadecimal with colons, as Proxmox shows it. */
  sha256: string;
  pem: string;
  subject: string;
  issuer: string;
  /** As the certificate writes them, `Nov 23 00:00:00 2026 GMT`. */
  validFrom: string;
  validTo: string;
}

/**
 * Fetches a server's certificate to show or pin it. Only the TLS handshake takes place: nothing is sent, nothing is
 * trusted. Throws a TransportError when the server cannot be reached.
 */
export async function fetchServerCertificate({
  host,
  port = defaultPort,
  timeoutMs = 10_000,
  signal,
}: {
  host: string;
  port?: number;
  timeoutMs?: number;
  signal?: AbortSignal;
}): Promise<ServerCertificate> {
  signal?.throwIfAborted();
  const options = { host, port, servername: serverNameOf(host), rejectUnauthorized: false };
  const socket = connect(options);
  const giveUp = () => socket.destroy(new Error('aborted'));
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    await secured(socket, timeoutMs);
    return describeCertificate(new X509Certificate(socket.getPeerCertificate().raw));
  } finally {
    signal?.removeEventListener('abort', giveUp);
    socket.destroy();
    signal?.throwIfAborted();
  }
}

/** Resolves when the handshake is over; rejects with a TransportError of the phase `connect`. */
export function secured(socket: TLSSocket, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (code: string, message: string) => {
      socket.destroy();
      reject(new TransportError({ phase: 'connect', code, message }));
    };
    const onTimeout = () => fail('ETIMEDOUT', `no TLS connection within ${timeoutMs / 1000} s`);
    const onError = (error: NodeJS.ErrnoException) => fail(error.code ?? 'ECONNRESET', error.message);
    const onClose = () => fail('ECONNRESET', 'the server closed the connection before TLS was ready');
    socket.setTimeout(timeoutMs, onTimeout);
    socket.once('error', onError).once('close', onClose);
    socket.once('secureConnect', () => {
      socket.setTimeout(0);
      socket.off('timeout', onTimeout).off('error', onError).off('close', onClose);
      resolve();
    });
  });
}

/** Throws a TransportError with code FINGERPRINT_MISMATCH when the certificate is none of the pinned ones. */
export function checkFingerprint(certificate: PeerCertificate, pinned: string | readonly string[]): void {
  const shown = parseFingerprint(certificate.fingerprint256);
  const expected = [pinned].flat().map((one) => parseFingerprint(one) ?? one);
  if (shown !== undefined && expected.includes(shown)) return;
  throw new TransportError({
    phase: 'connect',
    code: 'FINGERPRINT_MISMATCH',
    message: `the server shows a certificate with SHA-256 fingerprint ${shown}, pinned is ${expected.join(' or ')}`,
  });
}

/** The name for SNI: an address is none. */
export function serverNameOf(host: string): string {
  return isIP(host) === 0 ? host : '';
}

function describeCertificate(certificate: X509Certificate): ServerCertificate {
  const { fingerprint256, subject, issuer, validFrom, validTo } = certificate;
  const pem = certificate.toString();
  return {
    sha256: fingerprint256,
    pem,
    subject: oneLine(subject),
    issuer: oneLine(issuer),
    validFrom,
    validTo,
  };
}

function oneLine(name: string): string {
  return name.split('\n').join(', ');
}
