import fc from 'fast-check';
import type { FilterWords } from '../../src/graphql/filters/words.ts';

const texts = [
  'pve1',
  'pve2',
  'node-b',
  'ubuntu-22.04-template',
  'PVE',
  'replica',
  '',
  'Ü',
  '%',
  '_',
  'pve_',
  '\\',
];
const numbers = [0, 1, 2, 111, 112, 201, 999, -1];
const times = ['2024-01-15T10:30:00Z', '2024-02-01T00:00:00Z', '2023-12-31T23:59:59.999Z'].map(
  (time) => new Date(time),
);

function words<Value>(values: readonly Value[], ordered: boolean): fc.Arbitrary<FilterWords<Value>> {
  const value = fc.constantFrom(...values);
  const list = fc.array(value, { maxLength: 3 });
  const equal = { eq: value, ne: value, in: list, notIn: list, isNull: fc.boolean() };
  const order = { gt: value, gte: value, lt: value, lte: value };
  return ordered
    ? fc.record({ ...equal, ...order }, { requiredKeys: [] })
    : fc.record(equal, { requiredKeys: [] });
}

const text = fc.oneof(
  words(texts, false),
  fc.record(
    { contains: fc.constantFrom(...texts), startsWith: fc.constantFrom(...texts) },
    { requiredKeys: [] },
  ),
);
const truth = fc.record({ eq: fc.boolean(), ne: fc.boolean() }, { requiredKeys: [] });

const fields = {
  name: text,
  node: text,
  clusterId: text,
  vmid: words(numbers, true),
  sourceVmid: words(numbers, true),
  classId: words(numbers, true),
  isReplica: truth,
  isClassTemplate: truth,
  lastVerifiedAt: words(times, true).map(({ in: _in, notIn: _notIn, ...kept }) => kept),
};

/** A filter as the generator makes it. */
export interface GeneratedWhere {
  readonly name?: FilterWords<string>;
  readonly node?: FilterWords<string>;
  readonly clusterId?: FilterWords<string>;
  readonly vmid?: FilterWords<number>;
  readonly sourceVmid?: FilterWords<number>;
  readonly classId?: FilterWords<number>;
  readonly isReplica?: FilterWords<boolean>;
  readonly isClassTemplate?: FilterWords<boolean>;
  readonly lastVerifiedAt?: FilterWords<Date>;
  readonly AND?: readonly GeneratedWhere[];
  readonly OR?: readonly GeneratedWhere[];
  readonly NOT?: GeneratedWhere;
}

/** Filters of templates, so many levels deep, about rows of the sample database. */
export const filters = fc.memo((depth): fc.Arbitrary<GeneratedWhere> => {
  if (depth <= 1) return fc.record(fields, { requiredKeys: [] });
  const parts = fc.array(filters(), { maxLength: 2 });
  return fc.record({ ...fields, AND: parts, OR: parts, NOT: filters() }, { requiredKeys: [] });
});
