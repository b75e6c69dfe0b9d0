import type { Asker, AuditEnd, AuditOptions, Refusal } from './audit.ts';
import { redactInput } from './redact.ts';
import { createRefusals } from './refusals.ts';

/** Keeps the books of who did what. Each row is a line of the log, too. */
export interface AuditBook {
  /**
   * Does the work with a row before it and its outcome written after. Where no row can be written nothing is done.
   */
  follow<Result>(
    asked: Asker & { readonly what: string; readonly input: unknown },
    work: () => Promise<Result>,
    judge: (ended: { readonly result: Result } | { readonly error: unknown }) => AuditEnd,
  ): Promise<Result>;
  /** Notes a refusal: the same of one address within a minute are one row with their number. */
  refuse(refusal: Refusal): void;
  /** Resolves when what was noted is written. */
  settle(): Promise<void>;
}

/** Between two looks for rows that are too old, milliseconds. */
const pruneInterval = 3_600_000;

/** Makes the book. */
export function createAuditBook(options: AuditOptions): AuditBook {
  const { store, clock, logger } = options;
  const { auditEvent } = store.prisma;
  const refusals = createRefusals(options);
  const prune = createPruning(options);
  return {
    follow: async ({ caller, origin, what, input }, work, judge) => {
      await prune();
      const { name: who, role, tokenId } = caller;
      const asked = { who, role, tokenId, origin, what, input: redactInput(input) };
      const { id } = await auditEvent.create({ data: { ...asked, at: new Date(clock.now()) } });
      const end = async (data: AuditEnd) => {
        logger.info({ audit: id, ...asked, ...data }, 'Audit');
        await auditEvent.update({ where: { id }, data: { ...data } }).catch((error: unknown) => {
          logger.warn({ audit: id, err: error }, 'The outcome of an audit event cannot be written');
        });
      };
      try {
        const result = await work();
        await end(judge({ result }));
        return result;
      } catch (error) {
        await end(judge({ error }));
        throw error;
      }
    },
    refuse: refusals.note,
    settle: refusals.settle,
  };
}

function createPruning({ store, clock, keep }: AuditOptions): () => Promise<void> {
  let last: number | undefined;
  return async () => {
    const now = clock.now();
    if (keep === 0 || (last !== undefined && Math.abs(now - last) < pruneInterval)) return;
    last = now;
    await store.prisma.auditEvent.deleteMany({ where: { at: { lt: new Date(now - keep) } } });
  };
}
