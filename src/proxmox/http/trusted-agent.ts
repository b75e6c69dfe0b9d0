import { readFile } from 'node:fs/promises';
import type { AgentOptions } from 'node:https';
import { Agent } from 'node:https';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import { connect } from 'node:tls';
import { describeError } from '../../errors/hub-error.ts';
import { checkFingerprint, secured, serverNameOf } from './certificate.ts';
import type { TlsTrust } from './connection.ts';
import { TransportError } from './transport.ts';

export interface TrustedAgentOptions {
  host: string;
  port: number;
  tls: TlsTrust;
  connectMs: number;
  maxSockets: number;
}

type HandOut = (error: Error | null, socket: Duplex) => void;

/** Proxmox drops idle connections after 5 s without a word; ours are gone before. */
const idleMs = 4_000;

/**
 * Keeps connections to one server. A socket is handed out only after the server has shown a certificate that we trust,
 * so nothing, above all no credential, is ever sent to another one.
 */
export class TrustedAgent extends Agent {
  readonly #trust: TrustedAgentOptions;
  #authority: string | undefined;

  constructor(trust: TrustedAgentOptions) {
    // Without cached TLS sessions every connection shows its certificate.
    const options: AgentOptions = { keepAlive: true, timeout: idleMs, maxCachedSessions: 0 };
    super({ ...options, maxSockets: trust.maxSockets });
    this.#trust = trust;
  }

  override createConnection(_options: object, handOut?: HandOut): null {
    void this.#connect(handOut);
    return null;
  }

  async #connect(handOut: HandOut = ignore): Promise<void> {
    try {
      handOut(null, await this.#open());
    } catch (error) {
      // Node looks at the error alone; the type wants a socket beside it.
      handOut(error instanceof Error ? error : new Error(describeError(error)), new Socket());
    }
  }

  async #open(): Promise<TLSSocket> {
    const { host, port, tls, connectMs } = this.#trust;
    const socket = connect({ host, port, servername: serverNameOf(host), ...(await this.#trustOptions()) });
    await secured(socket, connectMs);
    if (tls.mode === 'fingerprint') checkOrDestroy(socket, tls.sha256);
    return socket;
  }

  async #trustOptions(): Promise<ConnectionOptions> {
    const { tls } = this.#trust;
    if (tls.mode === 'fingerprint' || tls.mode === 'insecure') return { rejectUnauthorized: false };
    if (tls.mode === 'system') return { rejectUnauthorized: true };
    this.#authority ??= 'ca' in tls ? tls.ca : await readAuthority(tls.caFile);
    return { rejectUnauthorized: true, ca: this.#authority };
  }
}

function checkOrDestroy(socket: TLSSocket, sha256: string | readonly string[]): void {
  try {
    checkFingerprint(socket.getPeerCertificate(), sha256);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

async function readAuthority(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const message = `the CA file cannot be read: ${describeError(error)}`;
    throw new TransportError({ phase: 'connect', code: 'CERT_AUTHORITY_UNREADABLE', message });
  }
}

function ignore(): void {}
