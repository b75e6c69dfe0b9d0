import type { Socket } from 'node:net';

/** Reads a socket by lines and by numbers of bytes, one reading after another. */
export class ByteReader {
  #buffer: Buffer = Buffer.alloc(0);
  #isOver = false;
  #wake: () => void = () => undefined;

  constructor(socket: Socket) {
    socket.on('data', (part: Buffer) => {
      this.#buffer = this.#buffer.length === 0 ? part : Buffer.concat([this.#buffer, part]);
      this.#wake();
    });
    const end = (): void => {
      this.#isOver = true;
      this.#wake();
    };
    socket.on('end', end).on('close', end);
  }

  /** The next line without its end; undefined when the connection is over before. */
  async readLine(): Promise<string | undefined> {
    let end = this.#buffer.indexOf('\n');
    while (end < 0) {
      const from = this.#buffer.length;
      if (!(await this.#more())) return undefined;
      end = this.#buffer.indexOf('\n', from);
    }
    const line = this.#buffer.subarray(0, end).toString('latin1');
    this.#buffer = this.#buffer.subarray(end + 1);
    return line.endsWith('\r') ? line.slice(0, -1) : line;
  }

  /** So many bytes; undefined when the connection is over before. */
  async read(count: number): Promise<Buffer | undefined> {
    while (this.#buffer.length < count) if (!(await this.#more())) return undefined;
    const bytes = this.#buffer.subarray(0, count);
    this.#buffer = this.#buffer.subarray(count);
    return bytes;
  }

  /** Waits for more; false when there will be none. */
  async #more(): Promise<boolean> {
    if (this.#isOver) return false;
    const before = this.#buffer.length;
    await new Promise<void>((resolve) => (this.#wake = resolve));
    return this.#buffer.length > before;
  }
}
