import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startHub, type StartedHub } from './start-hub.ts';

const documents = new Map([['count', 'query Count { stats { totalTemplates } }']]);
const answer = { data: { stats: { totalTemplates: 36 } } };

describe.each([
  ['as an addition', false],
  ['as an allow-list', true],
])('persisted operations %s', (_name, only) => {
  let hub: StartedHub;
  beforeAll(async () => {
    hub = await startHub({ settings: { persistedOperations: { documents, only } } });
  });
  afterAll(() => hub.close());

  const post = async (body: object): Promise<unknown> => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${hub.url}/graphql`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    return response.json();
  };

  test('are named in either way that clients know', async () => {
    expect(await post({ documentId: 'count' })).toEqual(answer);
    expect(await post({ extensions: { persistedQuery: { version: 1, sha256Hash: 'count' } } })).toEqual(
      answer,
    );
    const response = await fetch(`${hub.url}/graphql?documentId=count`);
    expect(await response.json()).toEqual(answer);
  });

  test('an unknown name is told so', async () => {
    expect(await post({ documentId: 'other' })).toMatchObject({
      errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
    });
  });

  test('other documents are executed unless there is an allow-list', async () => {
    expect(await post({ query: documents.get('count') })).toEqual(answer);
    const other = await post({ query: '{ stats { totalTemplates } }' });
    if (only) expect(other).toMatchObject({ errors: [{ extensions: { code: 'PERSISTED_QUERY_ONLY' } }] });
    else expect(other).toEqual(answer);
  });
});
