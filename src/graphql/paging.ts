import { pageSize } from './page-size.ts';

/** How long a page is. */
interface PageSize {
  readonly first?: number | null;
  readonly last?: number | null;
}

/** What a page costs: one for itself, and what a row costs for each row. */
export function costOfPage(page: PageSize): { field: number; multiplier: number } {
  const size = page.first ?? page.last ?? pageSize.default;
  return { field: 1, multiplier: Math.max(1, size) };
}

/** The field for how many rows there are in all. The store is asked only when it is selected. */
export const countAll = {
  description: 'How many rows there are in all, on this page and the others.',
  resolve: (page: { totalCount?: () => number | Promise<number> }) => page.totalCount?.() ?? 0,
};
