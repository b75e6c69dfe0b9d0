/** How many rows a page has when nobody says, and how many at most. */
export const pageSize = { default: 50, max: 100 } as const;
