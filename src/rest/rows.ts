import { z } from 'zod';
import { writeTime } from './answers.ts';

const page = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() });

/** Rows as the contract has them, in JSON, with commas between them. */
export interface WrittenRows {
  readonly text: string;
  /** Where the next rows begin; null behind the last one. */
  readonly next: string | null;
}

/**
 * Cuts the rows out of what the list document answers, as JSON. The aliases of the document give them their keys and
 * their order, so that nothing but the times has to be written anew.
 */
export function cutPage(answer: string): WrittenRows {
  const [head, pageInfo = '{}'] =
    /^\{"data":\{"templates":\{"pageInfo":(\{[^}]*\}),"nodes":\[/.exec(answer) ?? [];
  if (head === undefined) throw new TypeError('the list document answers something else');
  const { hasNextPage, endCursor } = page.parse(JSON.parse(pageInfo));
  return {
    text: writeTimes(answer.slice(head.length, -']}}}'.length)),
    next: hasNextPage ? endCursor : null,
  };
}

/** The same for what the by-name document answers: all rows at once. */
export function cutList(answer: string): string {
  const head = '{"data":{"templatesByName":[';
  if (!answer.startsWith(head)) throw new TypeError('the by-name document answers something else');
  return writeTimes(answer.slice(head.length, -']}}'.length));
}

/** In a text the quotes of such a key would have backslashes before them. */
function writeTimes(rows: string): string {
  return rows.replaceAll(
    /"last_verified_at":"([^"]*)"/g,
    (_all, time: string) => `"last_verified_at":"${writeTime(time)}"`,
  );
}
