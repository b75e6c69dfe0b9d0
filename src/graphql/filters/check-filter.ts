import { RequestError } from '../errors.ts';
import { isGroup, type FilterFields, type Given, type GivenObject, type Where } from './describe-filter.ts';

/** Most values that one `in` or `notIn` may have, and most parts of an AND or OR. */
const maxListLength = 1000;
/** Most groups that a filter may have, counting itself. */
const maxParts = 50;
/** How deep groups may lie within each other. */
const maxLevels = 15;

/**
 * Refuses a filter that is larger than people write, or has values that no column can hold: it would take the store
 * long, or be refused by it.
 *
 * @throws {RequestError} BAD_USER_INPUT
 */
export function checkFilter(where: Where, fields: FilterFields): void {
  let parts = 0;
  const queue = [{ part: where, level: 1, fields }];
  for (let next = queue.pop(); next; next = queue.pop()) {
    const { part, level } = next;
    parts += 1;
    if (level > maxLevels) refuse(`groups of a filter lie at most ${maxLevels} levels deep`);
    if (parts > maxParts) refuse(`a filter has at most ${maxParts} parts: use "in", or split the query`);
    for (const inner of listGroups(part, next.fields)) queue.push({ ...inner, level: level + 1 });
  }
}

interface Group {
  readonly part: Where;
  readonly fields: FilterFields;
}

/** The groups within a group, the words beside them checked. */
function listGroups(part: Where, fields: FilterFields): Group[] {
  const groups: Group[] = [];
  for (const [name, given] of Object.entries(part)) {
    const inner = name === 'NOT' ? fields : fields[name]?.inner?.();
    if (name === 'AND' || name === 'OR') {
      const list = checkLength(name, part[name] ?? []);
      groups.push(...list.map((one) => ({ part: one, fields })));
    } else if (inner) {
      if (isGroup(given)) groups.push({ part: given, fields: inner });
    } else if (isGroup(given)) checkValues(given);
  }
  return groups;
}

/**
 * Refuses values that no column can hold, each by the name that it was given under.
 *
 * @throws {RequestError} BAD_USER_INPUT
 */
export function checkValues(values: GivenObject): void {
  for (const [name, value] of Object.entries(values)) checkValue(name, value);
}

function checkValue(word: string, value: Given): void {
  if (Array.isArray(value)) for (const one of checkLength(word, value)) checkValue(word, one);
  else if (typeof value === 'bigint' && BigInt.asIntN(64, value) !== value)
    refuse(`"${word}" takes whole numbers of 64 bits`);
  else if (value instanceof Date && !isStorable(value))
    refuse(`"${word}" takes times of the years 1 to 9999`);
}

function isStorable(time: Date): boolean {
  const year = time.getUTCFullYear();
  return year >= 1 && year <= 9999;
}

function checkLength<Value>(word: string, values: readonly Value[]): readonly Value[] {
  if (values.length > maxListLength)
    refuse(`"${word}" takes at most ${maxListLength} values: split the query`);
  return values;
}

function refuse(message: string): never {
  throw new RequestError('BAD_USER_INPUT', message);
}
