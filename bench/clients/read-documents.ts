import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** The screens that documents are grouped by, as the recording names them, and as the bench tells them. */
export const screens = {
  list_filter: 'list',
  list_page2: 'page',
  detail: 'detail',
  distribution: 'distribution',
  overview: 'overview',
  runs: 'runs',
} as const;

const documentSchema = z.object({
  name: z.string(),
  screen: z.literal(['list_filter', 'list_page2', 'detail', 'distribution', 'overview', 'runs']),
  query: z.string(),
  /** Parameters beside query and variables. */
  extra: z.record(z.string(), z.unknown()),
  /** `$AFTER`, `$CURSOR` and the like stand for values. */
  variables: z.record(z.string(), z.unknown()),
  headers: z.record(z.string(), z.string()),
});

/** A request as a client sends it. */
export type ClientDocument = z.output<typeof documentSchema>;

/** Reads a file of recorded requests. */
export function readDocuments(file: string): ClientDocument[] {
  return z.array(documentSchema).parse(JSON.parse(readFileSync(file, 'utf8')));
}
