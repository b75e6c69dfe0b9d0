import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHub, type StartedHub } from '../../server/start-hub.ts';

const order = 'query ($w: [TemplateOrder!]) { templates(orderBy: $w) { totalCount } }';
const filter = 'query ($w: TemplateWhere) { templates(where: $w) { totalCount } }';
const webhook = 'mutation ($w: CreateWebhookInput!) { createWebhook(input: $w) { userErrors { code } } }';

describe('with INTROSPECTION=false', () => {
  let hub: StartedHub;
  beforeAll(async () => {
    hub = await startHub({ empty: true, settings: { introspection: false } });
  });
  afterAll(() => hub.close());

  it.each([
    [
      'a field of a variable',
      filter,
      { nam: { eq: 'x' } },
      'Variable "$w" has invalid value: Expected value not to include unknown field "nam".',
    ],
    [
      'a value of an enum',
      filter,
      { state: { eq: 'PRESNT' } },
      'Variable "$w" has invalid value at .state.eq: Value "PRESNT" does not exist in its enum.',
    ],
    [
      'a required field of a variable',
      order,
      [{}],
      'Variable "$w" has invalid value at [0]: Expected value to include a required field.',
    ],
    [
      'a required field of a literal',
      '{ templates(orderBy: [{}]) { totalCount } }',
      null,
      'Expected value to include a required field.',
    ],
    [
      'a required argument',
      '{ cluster { name } }',
      null,
      'An argument is required, but it was not provided.',
    ],
    ['a field', '{ stats { totalTemplate } }', null, 'Cannot query field "totalTemplate".'],
    ['a missing selection', '{ clusters }', null, 'Field "clusters" must have a selection of subfields.'],
  ])('an error about %s tells no name that the client did not write', async (_name, document, w, message) => {
    const { errors } = await hub.query(document, w ? { w } : {});
    expect(errors?.[0]?.message).toBe(message);
  });
});

it('a misspelt key beside a secret does not repeat the secret', async () => {
  const hub = await startHub({ empty: true });
  const w = { url: 'https://example.org', secret: 'hunter2', kind: ['MOVED'] };
  const { errors } = await hub.query(webhook, { w });
  await hub.close();
  expect(errors?.[0]?.message).toMatch(/unknown field "kind"\. Did you mean "kinds"\?$/);
  expect(JSON.stringify(errors)).not.toContain('hunter2');
});
