import type { FastifyReply } from 'fastify';

/** Makes the signal that is aborted when the client of a reply goes before the answer is complete. */
export type WatchClient = (reply: FastifyReply) => AbortSignal;

/** Watches clients; a closing server lets go of all of them. */
export function watchClient(closing: AbortSignal): WatchClient {
  return ({ raw }) => {
    const gone = new AbortController();
    const abort = () => gone.abort();
    closing.addEventListener('abort', abort, { once: true });
    raw.once('close', () => {
      closing.removeEventListener('abort', abort);
      if (!raw.writableFinished) abort();
    });
    return gone.signal;
  };
}
