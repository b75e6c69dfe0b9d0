import type { FastifyReply } from 'fastify';

/** Makes the signal that is aborted when the client of a reply goes before the answer is complete. */
export function watchClient({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort();
  });
  return gone.signal;
}
