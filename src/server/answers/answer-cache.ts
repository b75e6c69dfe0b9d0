import { LRUCache } from 'lru-cache';
import { isUnchanged, type TableVersions } from '../../store/revision.ts';
import { nameTables, type Tables } from '../../store/sql/tables.ts';
import { makeEtag } from './etag.ts';
import { makeReady, type ReadyReply } from './ready-reply.ts';
import { RecentKeys } from './recent-keys.ts';
import type { Reply } from './reply.ts';

/** What a key is made of. */
interface AskedRequest {
  /** What its caller may see, as a text. */
  readonly sight: string;
  readonly method: string;
  readonly url: string;
  readonly headers: { readonly accept?: string; readonly 'content-type'?: string };
  /** A Buffer where there is a body. */
  readonly body?: unknown;
}

/**
 * What equal requests have in common: everything an answer can depend on besides the store. Of who asks that is what
 * they may see.
 */
export function keyOfRequest({ sight, method, url, headers, body }: AskedRequest): string {
  const accept = headers.accept ?? '';
  if (!Buffer.isBuffer(body)) return `${sight}\n${method === 'HEAD' ? 'GET' : method}\n${url}\n${accept}`;
  return `${sight}\n${method}\n${url}\n${accept}\n${headers['content-type']}\n${body.toString('latin1')}`;
}

/** Whole answers to reads, each valid as long as nothing was written to the tables that it was read from. */
export interface AnswerCache {
  /** The answer of an earlier, equal request; undefined when there is none that is still true. */
  find(key: string): KnownAnswer | undefined;
  /**
   * Answers by `work` and keeps the answer when it may be kept. The store is asked for its revision before the work
   * begins: what is written meanwhile makes the answer old at once.
   */
  answer(key: string, work: () => Promise<CacheableReply>): Promise<Reply>;
  answer<Other>(key: string, work: () => Promise<CacheableReply | Other>): Promise<Reply | Other>;
}

/** An answer that is kept, and how it is written. */
export interface KnownAnswer {
  /** The reply without its body. */
  readonly head: Reply;
  readonly ready: ReadyReply;
}

/** A reply that says whether it may be given to others who ask the same. */
export interface CacheableReply extends Reply {
  readonly keep: boolean;
  /** The tables that it was read from, by Prisma's names. */
  readonly models: readonly string[];
}

/** What a cache is made of. */
export interface AnswerCacheOptions {
  /** Asked for each request: what it costs is the owner's business. */
  readonly revision: { current(): TableVersions };
  /** The names that the tables have in the database. */
  readonly tables: Tables;
  /** Bytes of all kept answers and their keys together. 0 keeps nothing. */
  readonly maxBytes: number;
}

interface Entry extends KnownAnswer {
  readonly tables: readonly string[];
  /** As of when it is known to be true. */
  versions: TableVersions;
}

/** How many requests are remembered, at least. */
const rememberedRequests = 1000;

/** What an entry takes besides its texts, bytes: headers, objects, its place in the map. */
const entryBytes = 1000;

/** Makes a cache. */
export function createAnswerCache({ revision, tables, maxBytes }: AnswerCacheOptions): AnswerCache {
  const entries = createEntries(maxBytes);
  /** What was asked lately: an answer is kept when it is asked for again, so that what nobody repeats takes no room. */
  const seen = new RecentKeys(rememberedRequests);
  function settle({ keep, models, ...reply }: CacheableReply, key: string, versions: TableVersions): Reply {
    if (!keep) return reply;
    const tagged = tag(reply);
    if (seen.has(key))
      entries.set(key, {
        tables: nameTables(tables, models),
        versions,
        head: { ...tagged, body: '' },
        ready: makeReady(tagged),
      });
    else seen.add(key);
    return tagged;
  }
  async function answer<Other>(
    key: string,
    work: () => Promise<CacheableReply | Other>,
  ): Promise<Reply | Other> {
    const before = revision.current();
    const answered = await work();
    return isCacheable(answered) ? settle(answered, key, before) : answered;
  }
  return {
    find: (key) => {
      const entry = entries.get(key);
      if (!entry) return undefined;
      const now = revision.current();
      if (isUnchanged(entry.tables, entry.versions, now)) {
        entry.versions = now;
        return entry;
      }
      entries.delete(key);
      return undefined;
    },
    answer,
  };
}

/** The kept answers; one that would take more than a quarter of the room is not kept. */
function createEntries(maxBytes: number): LRUCache<string, Entry> {
  return new LRUCache({
    maxSize: Math.max(1, maxBytes),
    maxEntrySize: Math.max(1, Math.floor(maxBytes / 4)),
    sizeCalculation: ({ ready }, key) => (ready.body?.length ?? 0) + key.length + entryBytes,
  });
}

/** Adds a strong ETag, so that whoever has the answer already is told so with 304. */
function tag(reply: Reply): Reply {
  const etag = makeEtag(reply.body);
  return { ...reply, headers: { 'cache-control': 'private, no-cache', etag, ...reply.headers } };
}

function isCacheable(answered: unknown): answered is CacheableReply {
  return typeof answered === 'object' && answered !== null && 'keep' in answered;
}
