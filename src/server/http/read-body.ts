import type { IncomingMessage } from 'node:http';

/** Largest body, bytes. */
export const maxBodySize = 100_000;

/** Reads the body of a request: calls `done` with all of it, or `refuse` as soon as it is larger than is taken. */
export function readBody(message: IncomingMessage, done: (body: Buffer) => void, refuse: () => void): void {
  if (Number(message.headers['content-length'] ?? 0) > maxBodySize) return refuse();
  let chunks: Buffer[] = [];
  let size = 0;
  message.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= maxBodySize) chunks.push(chunk);
    else if (chunks.length > 0) {
      chunks = [];
      refuse();
    }
  });
  message.on('end', () => {
    if (size > maxBodySize) return;
    const [first, ...others] = chunks;
    done(first && others.length === 0 ? first : Buffer.concat(chunks));
  });
}
