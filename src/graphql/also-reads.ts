import type PrismaTypes from '../../prisma/generated/pothos/types.ts';

/** A table, by Prisma's name. */
export type Model = keyof PrismaTypes;

/**
 * Names the tables that a field reads besides those of the rows that it answers, for its `extensions`: an answer with the
 * field grows old by writes to them, too. A test holds it against what is really read.
 */
export function alsoReads(...models: readonly Model[]): { readonly reads: readonly Model[] } {
  return { reads: models };
}
