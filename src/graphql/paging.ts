import { pageSize } from './builder.ts';
import type { GraphqlContext } from './context.ts';
import { RequestError } from './errors.ts';

/** The page that a connection is asked for. */
export interface PageArguments {
  readonly first?: number | null;
  readonly last?: number | null;
}

/**
 * Refuses a page that is too long or makes no sense, instead of cutting it silently.
 *
 * @throws {RequestError} BAD_USER_INPUT
 */
export function checkPage(page: PageArguments, context: Pick<GraphqlContext, 'role'>): void {
  if (context.role === 'INTERNAL') return;
  for (const name of ['first', 'last'] as const) {
    const size = page[name];
    if (size === null || size === undefined) continue;
    if (size < 0 || size > pageSize.max) {
      throw new RequestError(
        'BAD_USER_INPUT',
        `"${name}" must be from 0 to ${pageSize.max}: ask for further pages by cursor`,
      );
    }
  }
}

/** What a page costs: one for itself, and what a row costs for each row. */
export function costOfPage(page: PageArguments): { field: number; multiplier: number } {
  const size = page.first ?? page.last ?? pageSize.default;
  return { field: 1, multiplier: Math.max(1, size) };
}

/** The field for how many rows there are in all. The store is asked only when it is selected. */
export const countAll = {
  description: 'How many rows there are in all, on this page and the others.',
  // Tells Pothos that a selection of nothing else needs no rows.
  extensions: { pothosPrismaTotalCount: true },
  resolve: (page: { totalCount?: () => number | Promise<number> }) => page.totalCount?.() ?? 0,
};
