import type { Server, ServerOptions } from 'node:http';
import { Server as SecureServer } from 'node:https';
import type { FastifyInstance } from 'fastify';
import type { OwnCertificate } from '../config/config.ts';

/** Node's options for a server: plain HTTP, or HTTPS with a certificate. */
export function secureOptions(
  certificate: OwnCertificate | undefined,
  times: ServerOptions,
): { http: ServerOptions } | { https: ServerOptions & { cert: string; key: string } } {
  if (!certificate) return { http: times };
  const { cert, key } = certificate;
  return { https: { ...times, cert, key: key.reveal() } };
}

/** Has a listening server show another certificate; connections that are open go on. */
export function useCertificate({ server }: FastifyInstance, { cert, key }: OwnCertificate): void {
  const listening: Server | SecureServer = server;
  if (listening instanceof SecureServer) listening.setSecureContext({ cert, key: key.reveal() });
}
