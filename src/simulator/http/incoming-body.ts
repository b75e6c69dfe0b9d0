import type { Socket } from 'node:net';
import { ConnectionCut } from '../errors.ts';
import type { ByteReader } from './byte-reader.ts';
import type { RequestHead } from './request-head.ts';

/** Milliseconds without a byte after which a body is not waited for any longer. */
const idleTime = 5000;

/** A body that a head has announced: it is read when somebody wants it, and only once. */
export class IncomingBody {
  readonly #reader: ByteReader;
  readonly #socket: Socket;
  readonly #length: number;
  #received: Promise<string> | undefined;

  constructor(reader: ByteReader, socket: Socket, { headers }: RequestHead) {
    this.#reader = reader;
    this.#socket = socket;
    this.#length = Number(headers['content-length'] ?? 0) || 0;
  }

  receive(): Promise<string> {
    this.#received ??= this.#read();
    return this.#received;
  }

  async #read(): Promise<string> {
    this.#socket.setTimeout(idleTime);
    const bytes = await this.#reader.read(this.#length);
    if (!bytes) throw new ConnectionCut('ECONNRESET');
    this.#socket.setTimeout(0);
    return bytes.toString('utf8');
  }
}
