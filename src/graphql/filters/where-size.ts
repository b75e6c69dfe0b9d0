import { RequestError } from '../errors.ts';
import type { TemplateWhereShape } from './template-where.ts';

/** Most groups that a filter may have, counting itself. */
const maxParts = 50;

/** How deep groups may lie within each other: Prisma takes little more than 30. */
const maxLevels = 15;

/** @throws {RequestError} BAD_USER_INPUT when a filter is larger than people write: it would take the store long. */
export function checkSize(where: TemplateWhereShape): void {
  let parts = 0;
  const queue = [{ part: where, level: 1 }];
  for (let next = queue.pop(); next; next = queue.pop()) {
    const { part, level } = next;
    if (level > maxLevels)
      throw new RequestError('BAD_USER_INPUT', `groups of a filter lie at most ${maxLevels} levels deep`);
    parts += 1;
    if (parts > maxParts) {
      throw new RequestError(
        'BAD_USER_INPUT',
        `a filter has at most ${maxParts} parts: use "in", or split the query`,
      );
    }
    const inner = [...(part.AND ?? []), ...(part.OR ?? []), part.NOT, part.source];
    for (const one of inner) if (one) queue.push({ part: one, level: level + 1 });
  }
}
