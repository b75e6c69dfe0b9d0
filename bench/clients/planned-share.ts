import { parse } from 'graphql';
import { createPlanner } from '../../src/graphql/planner/create-planner.ts';
import { createSchema } from '../../src/graphql/schema.ts';
import { openStore } from '../../src/store/store.ts';
import { fillVariables, type MakeValue } from './fill-variables.ts';
import type { ClientDocument } from './read-documents.ts';

/** A document and the values of its variables. */
export interface FilledDocument {
  readonly document: ClientDocument;
  readonly known: Readonly<Record<string, MakeValue>>;
}

/** The names of the documents that the planner leaves alone. */
export async function listLeftAlone(file: string, documents: readonly FilledDocument[]): Promise<string[]> {
  const store = await openStore({ url: `file:${file}` });
  const planner = createPlanner(createSchema(), store);
  const left: string[] = [];
  for (const { document, known } of documents) {
    const variables = Object(fillVariables(document.variables, known, 1));
    const request = { document: parse(document.query), variables, store, unlimited: false, now: () => 0 };
    if ((await planner.answer(request)) === undefined) left.push(document.name);
  }
  await store.close();
  return left;
}
