import { addFilterInput, columnFilter } from './describe-filter.ts';
import { ClassStateFilter, IntFilter, StringFilter } from './scalar-filters.ts';

/** What a class has to be. */
export const classFilter = {
  databaseId: columnFilter('id', IntFilter, 'Number of the class.'),
  name: columnFilter('name', StringFilter, 'Name of the class.'),
  teacher: columnFilter('teacher', StringFilter, 'Who teaches it.'),
  state: columnFilter('state', ClassStateFilter, 'How far it is.'),
};

export const ClassWhere = addFilterInput(
  'ClassWhere',
  'What a class has to be. All given fields must hold.',
  classFilter,
);
