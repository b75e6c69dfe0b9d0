import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const word = z.enum(['yes', 'no', 'anyone']);
const row = z.tuple([z.string(), word, word, word, z.enum(['all', 'theirs', 'no'])]);

/** What docs/security.md says of a query, a mutation, a subscription or a route. */
export interface TableRow {
  readonly what: string;
  readonly VIEWER: z.output<typeof word>;
  readonly OPERATOR: z.output<typeof word>;
  readonly ADMIN: z.output<typeof word>;
  /** What there is for a token that is limited to clusters, where its role suffices. */
  readonly limited: 'all' | 'theirs' | 'no';
}

/** Reads the table of docs/security.md. */
export function readTable(): TableRow[] {
  const text = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'security.md'), 'utf8');
  const lines = [...text.matchAll(/^\| `([^`]+)` +\|(.*)\|$/gm)];
  return lines.map(([, what, cells = '']) => {
    const [name, VIEWER, OPERATOR, ADMIN, limited] = row.parse([
      what,
      ...cells.split('|').map((cell) => cell.trim()),
    ]);
    return { what: name, VIEWER, OPERATOR, ADMIN, limited };
  });
}
