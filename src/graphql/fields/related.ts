import { describeField } from './field-read.ts';

/** Describes a field that shows the rows of a relation: they are narrowed and ordered by a query in Prisma's words. */
export function related<const Query extends object>(relation: string, query: Query) {
  return { query, extensions: describeField({ kind: 'relation', relation, query }) };
}

/** Describes a field that shows the one row that a relation leads to. */
export function belongsTo(relation: string) {
  return { extensions: describeField({ kind: 'relation', relation, query: {} }) };
}
