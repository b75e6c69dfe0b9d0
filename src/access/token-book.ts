import type { Logger } from '../log/logger.ts';
import { isUnchanged, type TableVersions } from '../store/revision.ts';
import { nameTables } from '../store/sql/tables.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import type { KnownToken } from './judge-token.ts';
import { readClusters } from './token-clusters.ts';

/** All tokens by their numbers, revoked ones among them. */
export type Tokens = ReadonlyMap<number, KnownToken>;

/** The tokens of the store, kept as long as nothing was written to their table. */
export interface TokenBook {
  /** What is known and still true; undefined when the store has to be read. */
  known(): Tokens | undefined;
  /** Reads them from the store, once for all who wait: never older than the call. */
  read(): Promise<Tokens>;
  /** Notes that a token let somebody in: written at most once a minute for each. */
  noteUse(id: number): void;
  /** Resolves when what was noted is written. */
  settle(): Promise<void>;
}

/** What a book is made of. */
export interface TokenBookOptions {
  readonly store: Pick<Store, 'prisma' | 'tables'>;
  readonly revision: { current(): TableVersions };
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'warn'>;
}

/** How exact the time of the last use is, milliseconds. */
const useInterval = 60_000;

/** Makes the book. */
export function createTokenBook({ store, revision, clock, logger }: TokenBookOptions): TokenBook {
  const tables = nameTables(store.tables, ['ApiToken']);
  let kept: { tokens: Tokens; versions: TableVersions } | undefined;
  let reading: Promise<Tokens> | undefined;
  let next: Promise<Tokens> | undefined;
  const uses = createUses({ store, clock, logger });
  async function readAnew(): Promise<Tokens> {
    // Before the rows: what is written meanwhile makes them old at once.
    const versions = revision.current();
    const rows = await store.prisma.apiToken.findMany();
    const tokens = new Map(
      rows.map(({ clusters, ...row }) => [row.id, { ...row, clusters: readClusters(clusters) }]),
    );
    kept = { tokens, versions };
    return tokens;
  }
  function start(): Promise<Tokens> {
    next = undefined;
    reading = readAnew().finally(() => {
      reading = undefined;
    });
    return reading;
  }
  return {
    known: () => {
      if (!kept) return undefined;
      const now = revision.current();
      if (!isUnchanged(tables, kept.versions, now)) return undefined;
      kept.versions = now;
      return kept.tokens;
    },
    read: () => {
      if (!reading) return start();
      // One that is under way may have seen what was before the call.
      next ??= reading.then(start, start);
      return next;
    },
    ...uses,
  };
}

function createUses({
  store,
  clock,
  logger,
}: Omit<TokenBookOptions, 'revision'>): Pick<TokenBook, 'noteUse' | 'settle'> {
  const written = new Map<number, number>();
  let writing = Promise.resolve();
  async function write(id: number, lastUsedAt: Date): Promise<void> {
    try {
      await store.prisma.apiToken.updateMany({ where: { id }, data: { lastUsedAt } });
    } catch (error) {
      logger.warn({ err: error, token: id }, 'The last use of a token cannot be written');
    }
  }
  return {
    noteUse: (id) => {
      const now = clock.now();
      const last = written.get(id);
      // A clock that was set back must not silence it.
      if (last !== undefined && Math.abs(now - last) < useInterval) return;
      written.set(id, now);
      writing = writing.then(() => write(id, new Date(now)));
    },
    settle: () => writing,
  };
}
