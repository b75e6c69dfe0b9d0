import type { InputRef } from '@pothos/core';
import type { ClassState, Prisma } from '../../../prisma/generated/sqlite/client.ts';
import { builder } from '../builder.ts';
import { ClassStateFilter, IntFilter, StringFilter } from './scalar-filters.ts';
import {
  translateColumn,
  translateGroup,
  type FilterWords,
  type Groups,
  type WhereGroup,
} from './translate.ts';

/** What a class has to be. */
export interface ClassWhereShape extends WhereGroup<ClassWhereShape> {
  readonly databaseId?: FilterWords<number> | null;
  readonly name?: FilterWords<string> | null;
  readonly teacher?: FilterWords<string> | null;
  readonly state?: FilterWords<ClassState> | null;
}

export const ClassWhere: InputRef<ClassWhereShape> = builder
  .inputRef<ClassWhereShape>('ClassWhere')
  .implement({
    description: 'What a class has to be. All given fields must hold.',
    fields: (t) => ({
      AND: t.field({ type: [ClassWhere], description: 'All of these must hold.' }),
      OR: t.field({ type: [ClassWhere], description: 'At least one of these must hold.' }),
      NOT: t.field({ type: ClassWhere, description: 'This must not hold.' }),
      databaseId: t.field({ type: IntFilter, description: 'Number of the class.' }),
      name: t.field({ type: StringFilter, description: 'Name of the class.' }),
      teacher: t.field({ type: StringFilter, description: 'Who teaches it.' }),
      state: t.field({ type: ClassStateFilter, description: 'How far it is.' }),
    }),
  });

const groups: Groups<Prisma.ClassWhereInput> = {
  and: (AND) => ({ AND }),
  // Prisma takes an empty OR that is nested for no condition at all.
  or: (OR) => (OR.length === 0 ? { id: { in: [] } } : { OR }),
  not: (NOT) => ({ NOT }),
};

/** Translates a class filter into Prisma's words. */
export function translateClassWhere(where: ClassWhereShape): Prisma.ClassWhereInput {
  return translateGroup(where, groups, (part) => [
    ...translateColumn(part.databaseId, { is: (id) => ({ id }) }, groups),
    ...translateColumn(part.name, { is: (name) => ({ name }) }, groups),
    ...translateColumn(part.teacher, { is: (teacher) => ({ teacher }), empty: { teacher: null } }, groups),
    ...translateColumn(
      part.state,
      { is: ({ equals, in: list }) => ({ state: { equals, in: list } }) },
      groups,
    ),
  ]);
}
