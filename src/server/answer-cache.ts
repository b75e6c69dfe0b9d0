import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { LRUCache } from 'lru-cache';
import { RecentKeys } from './recent-keys.ts';
import { makeEtag } from './http/etag.ts';
import { makeReady, type ReadyReply, type Reply, type StreamReply } from './http/reply.ts';

/**
 * What equal requests have in common: everything an answer can depend on besides the store. Whoever may ask at all may
 * see everything, so who asks is no part of it.
 */
export function keyOfRequest({ method, url, headers }: IncomingMessage, body: Buffer | undefined): string {
  const accept = headers.accept ?? '';
  if (!body) return `${method === 'HEAD' ? 'GET' : method}\n${url}\n${accept}`;
  return `${method}\n${url}\n${accept}\n${headers['content-type']}\n${body.toString('latin1')}`;
}

/** Whole answers to reads, each valid as long as nothing was written to the store. */
export interface AnswerCache {
  /** The answer of an earlier, equal request; undefined when there is none that is still true. */
  find(key: string): KnownAnswer | undefined;
  /** The same as `answer` for work that is done at once, or not at all. */
  answerAtOnce(key: string, work: () => CacheableReply | undefined): Reply | undefined;
  /**
   * Answers by `work` and keeps the answer when it may be kept. The store is asked for its revision before the work
   * begins: what is written meanwhile makes the answer old at once.
   */
  answer(key: string, work: () => Promise<CacheableReply>): Promise<Reply>;
  answer(key: string, work: () => Promise<CacheableReply | StreamReply>): Promise<Reply | StreamReply>;
}

/** An answer that is kept, and how it is written. */
export interface KnownAnswer {
  readonly reply: Reply;
  readonly ready: ReadyReply;
}

/** A reply that says whether it may be given to others who ask the same. */
export interface CacheableReply extends Reply {
  readonly keep: boolean;
}

/** What a cache is made of. */
export interface AnswerCacheOptions {
  /** Changes with every write to the store. */
  readonly revision: { current(): string };
  /** Bytes of all kept answers and their keys together. 0 keeps nothing. */
  readonly maxBytes: number;
}

interface Entry extends KnownAnswer {
  readonly revision: string;
}

/** How many requests are remembered, at least. */
const rememberedRequests = 1000;

/** What an entry takes besides its texts, bytes: headers, objects, its place in the map. */
const entryBytes = 1000;

/** Makes a cache. */
export function createAnswerCache({ revision, maxBytes }: AnswerCacheOptions): AnswerCache {
  const readRevision = oncePerTurn(() => revision.current());
  const entries = createEntries(maxBytes);
  /** What was asked lately: an answer is kept when it is asked for again, so that what nobody repeats takes no room. */
  const seen = new RecentKeys(rememberedRequests);
  function settle({ keep, ...reply }: CacheableReply, key: string, before: string): Reply {
    if (!keep) return reply;
    const tagged = tag(reply);
    if (seen.has(key)) {
      const stored = storeBytes(tagged);
      entries.set(key, { revision: before, reply: stored, ready: makeReady(stored) });
    } else seen.add(key);
    return tagged;
  }
  function answer(key: string, work: () => Promise<CacheableReply>): Promise<Reply>;
  function answer(
    key: string,
    work: () => Promise<CacheableReply | StreamReply>,
  ): Promise<Reply | StreamReply>;
  async function answer(
    key: string,
    work: () => Promise<CacheableReply | StreamReply>,
  ): Promise<Reply | StreamReply> {
    const before = readRevision();
    const answered = await work();
    return 'stream' in answered ? answered : settle(answered, key, before);
  }
  return {
    find: (key) => {
      const entry = entries.get(key);
      if (!entry || entry.revision === readRevision()) return entry;
      entries.delete(key);
      return undefined;
    },
    answerAtOnce: (key, work) => {
      const before = readRevision();
      const answered = work();
      return answered && settle(answered, key, before);
    },
    answer,
  };
}

/** The kept answers; one that would take more than a quarter of the room is not kept. */
function createEntries(maxBytes: number): LRUCache<string, Entry> {
  return new LRUCache({
    maxSize: Math.max(1, maxBytes),
    maxEntrySize: Math.max(1, Math.floor(maxBytes / 4)),
    sizeCalculation: ({ reply }, key) => reply.body.length + key.length + entryBytes,
  });
}

/**
 * Asks once for all requests that Node found waiting at the same moment: the revision costs more than the rest of a
 * known answer. Those requests were sent before any write that is committed while they are being answered.
 */
function oncePerTurn(read: () => string): () => string {
  let known: string | undefined;
  return () => {
    if (known === undefined) {
      known = read();
      setImmediate(() => {
        known = undefined;
      });
    }
    return known;
  };
}

/** Adds a strong ETag, so that whoever has the answer already is told so with 304. */
function tag(reply: Reply): Reply {
  const etag = makeEtag(reply.body);
  return { ...reply, headers: { 'cache-control': 'private, no-cache', etag, ...reply.headers } };
}

/**
 * The same reply with its body as a text of its bytes: Node writes headers and such a text at once, but headers and a
 * Buffer one after the other.
 */
function storeBytes(reply: Reply): Reply {
  const bytes = typeof reply.body === 'string' ? Buffer.from(reply.body) : reply.body;
  return { ...reply, body: bytes.toString('latin1'), encoding: 'latin1' };
}

/** 304 when the client says that it has the answer already. */
export function answerCondition(reply: Reply, headers: IncomingHttpHeaders): Reply {
  const wanted = headers['if-none-match'];
  const { etag } = reply.headers;
  if (wanted === undefined || etag === undefined || reply.status !== 200) return reply;
  const tags = wanted.split(',').map((one) => one.trim().replace(/^W\//, ''));
  if (wanted.trim() !== '*' && !tags.includes(etag)) return reply;
  const { 'content-type': _type, ...kept } = reply.headers;
  return { status: 304, headers: kept, body: '' };
}
