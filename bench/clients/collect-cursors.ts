import { Kind, parse, print } from 'graphql';
import { z } from 'zod';
import { fillVariables, values, type MakeValue } from './fill-variables.ts';
import type { ClientDocument } from './read-documents.ts';

const answer = z.object({
  data: z.record(z.string(), z.object({ pageInfo: z.object({ endCursor: z.string() }) })),
});

/** Pages that cursors are taken from. */
const pages = 100;

/**
 * Takes the cursors that stand for `$CURSOR` and `$RUNCURSOR` from the list that a document asks for, in its order: what
 * is selected of it is replaced by the cursor of its end.
 */
export async function collectCursors(
  document: ClientDocument,
  url: string,
): Promise<Record<string, MakeValue>> {
  const names = Object.values(document.variables).filter((one) => one === '$CURSOR' || one === '$RUNCURSOR');
  const [name] = names;
  if (typeof name !== 'string') return values;
  const query = selectEnd(document.query);
  const cursors: string[] = [];
  for (let page = 0; page < pages; page += 1) {
    const known = { ...values, [name]: () => cursors.at(-1) ?? '' };
    const variables = Object(fillVariables(document.variables, known, page));
    const after = cursors.length === 0 ? { after: null } : {};
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { ...variables, ...after } }),
    });
    const [list] = Object.values(answer.safeParse(await response.json()).data?.data ?? {});
    if (!list) break;
    cursors.push(list.pageInfo.endCursor);
  }
  if (cursors.length < 2) throw new Error(`${document.name}: there are no pages to take cursors from`);
  return { ...values, [name]: (turn) => cursors[turn % (cursors.length - 1)] ?? '' };
}

/** The same operation, with nothing selected of its list but the cursor of its end. */
function selectEnd(query: string): string {
  const operation = parse(query).definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  const list = operation?.selectionSet.selections.find((one) => one.kind === Kind.FIELD);
  if (!operation || !list) throw new TypeError('a page is selected by a field of the operation');
  const variables = operation.variableDefinitions?.length
    ? `(${operation.variableDefinitions.map(print).join(' ')})`
    : '';
  return `query ${variables} { ${print({ ...list, selectionSet: undefined })} { pageInfo { endCursor } } }`;
}
