import type { AuditOptions, Refusal } from './audit.ts';

/** The same refusals of one address within so long are one row, milliseconds. */
const window = 60_000;
/** Rows of refusals within that time; what comes beyond is counted in one more. */
const most = 100;

/** How often the number of a row is written, milliseconds. */
const countInterval = 1000;

/** A row that is counted up. */
interface Counted {
  count: number;
  /** As the row says. */
  written: number;
  /** The row's number, once it is written. */
  readonly row: Promise<number | undefined>;
}

/** Makes the part of the book that notes refusals: whoever sends many of them must not fill the store. */
export function createRefusals({ store, clock, logger }: AuditOptions): {
  note: (refusal: Refusal) => void;
  settle: () => Promise<void>;
} {
  let began = Number.NEGATIVE_INFINITY;
  let counted = new Map<string, Counted>();
  let writing: Promise<unknown> = Promise.resolve();
  const write = async <Result>(work: () => Promise<Result>): Promise<Result | undefined> => {
    try {
      return await work();
    } catch (error) {
      logger.warn({ err: error }, 'A refusal cannot be written into the audit');
      return undefined;
    }
  };
  const create = async ({ caller, origin, what, code }: Refusal): Promise<number | undefined> => {
    const who = caller?.name ?? 'unknown';
    const data = { who, role: caller?.role, tokenId: caller?.tokenId, origin, what, code } as const;
    logger.info({ ...data, outcome: 'REFUSED' }, 'Audit');
    const at = new Date(clock.now());
    const row = await write(() =>
      store.prisma.auditEvent.create({ data: { ...data, at, outcome: 'REFUSED' } }),
    );
    return row?.id;
  };
  const countUp = async (one: Counted): Promise<void> => {
    const { count } = one;
    const id = await one.row;
    if (id === undefined || count === one.written) return;
    one.written = count;
    await write(() => store.prisma.auditEvent.update({ where: { id }, data: { count } }));
  };
  const countUpLater = async (one: Counted): Promise<void> => {
    await clock.sleep(countInterval);
    await enqueue(() => countUp(one));
  };
  const enqueue = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const done = writing.then(work);
    writing = done;
    return done;
  };
  return {
    note: (refusal) => {
      if (Math.abs(clock.now() - began) >= window) {
        began = clock.now();
        counted = new Map();
      }
      const named = counted.size < most ? refusal : { origin: null, what: 'requests', code: refusal.code };
      const key = JSON.stringify([named.origin, named.what, named.code, refusal.caller?.tokenId]);
      const known = counted.get(key);
      if (!known) {
        counted.set(key, { count: 1, written: 1, row: enqueue(() => create(named)) });
        return;
      }
      if (known.count === known.written) void countUpLater(known);
      known.count += 1;
    },
    settle: async () => {
      await Promise.all([...counted.values()].map((one) => enqueue(() => countUp(one))));
      await writing;
    },
  };
}
