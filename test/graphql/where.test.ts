import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Template } from '../../prisma/generated/sqlite/client.ts';
import type { FilterWords } from '../../src/graphql/filters/words.ts';
import { filters, type GeneratedWhere } from './filter-arbitrary.ts';
import { startHub, type StartedHub } from '../server/start-hub.ts';

let hub: StartedHub;
let rows: Template[];
beforeAll(async () => {
  hub = await startHub();
  await hub.store.prisma.template.create({ data: { name: 'no cluster, no node', vmid: 999 } });
  rows = await hub.store.prisma.template.findMany({ orderBy: { id: 'asc' } });
});
afterAll(() => hub.close());

test('a filter finds what its words say', async () => {
  await fc.assert(
    fc.asyncProperty(filters(2), async (filter) => {
      const document = `query ($where: TemplateWhere) {
        templates(where: $where, first: 100) { totalCount nodes { databaseId } }
      }`;
      const { data } = await hub.query(document, { where: filter });
      const wanted = rows.filter((row) => matches(filter, row));
      expect(data).toEqual({
        templates: { totalCount: wanted.length, nodes: wanted.map(({ id }) => ({ databaseId: id })) },
      });
    }),
    { numRuns: 100 },
  );
});

function matches(filter: GeneratedWhere, row: Template): boolean {
  const { AND, OR, NOT, ...columns } = filter;
  if (AND && !AND.every((part) => matches(part, row))) return false;
  if (OR && !OR.some((part) => matches(part, row))) return false;
  if (NOT && matches(NOT, row)) return false;
  const { name, node, clusterId, vmid, sourceVmid, classId, isReplica, isClassTemplate, lastVerifiedAt } =
    columns;
  return (
    holds(name, row.name) &&
    holds(node, row.node) &&
    holds(clusterId, row.clusterId) &&
    holds(vmid, row.vmid) &&
    holds(sourceVmid, row.sourceVmid) &&
    holds(classId, row.classId) &&
    holds(isReplica, row.isReplica) &&
    holds(isClassTemplate, row.isClassTemplate) &&
    holds(lastVerifiedAt, row.lastVerifiedAt)
  );
}

type Comparable = string | number | boolean | Date;

function holds<Value extends Comparable>(
  filter: FilterWords<Value> | null | undefined,
  value: Value | null,
): boolean {
  const plain = (one: Comparable) => (one instanceof Date ? one.getTime() : one);
  const words: [string, Comparable | readonly Comparable[] | null | undefined][] = Object.entries(
    filter ?? {},
  );
  return words.every(([word, given]) => {
    if (given === null || given === undefined) return true;
    if (word === 'isNull') return (value === null) === given;
    const list = (typeof given === 'object' && !(given instanceof Date) ? [...given] : [given]).map(plain);
    if (word === 'ne' || word === 'notIn') return value === null || !list.includes(plain(value));
    if (value === null) return false;
    if (word === 'in' || word === 'eq') return list.includes(plain(value));
    if (word === 'contains') return foldCase(String(value)).includes(foldCase(String(given)));
    if (word === 'startsWith') return foldCase(String(value)).startsWith(foldCase(String(given)));
    const [left, right = left] = [plain(value), ...list];
    if (word === 'gt') return left > right;
    if (word === 'gte') return left >= right;
    return word === 'lt' ? left < right : left <= right;
  });
}

/** As SQLite's LIKE does: ASCII only. */
function foldCase(value: string): string {
  return value.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}
