import { getIntrospectionQuery, type GraphQLSchema } from 'graphql';
import type { Choice } from './choice.ts';
import { writeOperation, type GeneratedOperation } from './document.ts';
import type { FuzzRequest } from './fuzz-request.ts';
import { writeHostileDocument } from './hostile-document.ts';
import { makeWrongValue } from './input-value.ts';
import { damageText, makeOddText } from './odd-text.ts';

/** Makes GraphQL requests along a schema. */
export function createGraphqlRequests(schema: GraphQLSchema): (choice: Choice) => FuzzRequest {
  const operation = (kind: 'query' | 'mutation' | 'subscription', depth: number, choice: Choice) =>
    writeOperation({ schema, kind, depth }, choice);
  const ways: readonly (readonly [string, (choice: Choice) => FuzzRequest])[] = [
    ['query', (choice) => sendOperation(operation('query', choice.between(1, 4), choice), choice)],
    ['query', (choice) => sendOperation(operation('query', choice.between(1, 3), choice), choice)],
    ['deep query', (choice) => sendOperation(operation('query', choice.between(5, 14), choice), choice)],
    ['mutation', (choice) => sendOperation(operation('mutation', 2, choice), choice)],
    ['subscription', (choice) => sendSubscription(operation('subscription', 2, choice), choice)],
    [
      'wrong types',
      (choice) =>
        sendOperation(
          writeOperation(
            { schema, kind: choice.pick(['query', 'mutation']), depth: 2, wrongness: 0.4 },
            choice,
          ),
          choice,
        ),
    ],
    [
      'aliased',
      (choice) =>
        sendOperation(writeOperation({ schema, kind: 'query', depth: 3, aliases: 0.7 }, choice), choice),
    ],
    ['broken', (choice) => sendBroken(operation('query', 2, choice), choice)],
    ['hostile', (choice) => sendOperation({ query: writeHostileDocument(choice), variables: {} }, choice)],
    ['wrong variables', (choice) => sendWrongVariables(operation('query', 2, choice), choice)],
    ['wrong body', sendWrongBody],
    [
      'introspection',
      (choice) => sendOperation({ query: choice.pick(introspections), variables: {} }, choice),
    ],
  ];
  return (choice) => {
    const [kind, make] = choice.pick(ways);
    return { ...make(choice), kind };
  };
}

const introspections = [
  getIntrospectionQuery(),
  '{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }',
  '{ __type(name: "Template") { fields { name } } }',
] as const;

const accepts = [
  'application/json',
  'application/graphql-response+json',
  'application/graphql-response+json, application/json;q=0.9',
  '*/*',
  'text/event-stream',
  'text/nonsense',
] as const;

function post(body: string | Buffer, headers: Record<string, string>): FuzzRequest {
  const all = { 'content-type': 'application/json', ...headers };
  return { kind: '', method: 'POST', path: '/graphql', headers: all, body: Buffer.from(body) };
}

function pickAccept(choice: Choice): string {
  return choice.chance(0.8) ? accepts[0] : choice.pick(accepts);
}

function sendOperation({ query, variables }: GeneratedOperation, choice: Choice): FuzzRequest {
  const accept = pickAccept(choice);
  if (choice.chance(0.85) || query.length > 3000)
    return post(JSON.stringify({ query, variables }), { accept });
  const search = new URLSearchParams({ query, variables: JSON.stringify(variables) });
  return { kind: '', method: 'GET', path: `/graphql?${search}`, headers: { accept } };
}

function sendSubscription(operation: GeneratedOperation, choice: Choice): FuzzRequest {
  const accept = choice.chance(0.7) ? 'text/event-stream' : choice.pick(accepts);
  return post(JSON.stringify(operation), { accept });
}

function sendBroken({ query, variables }: GeneratedOperation, choice: Choice): FuzzRequest {
  const damaged = damageText(query, choice);
  const body = JSON.stringify({ query: damaged, variables });
  return post(choice.chance(0.8) ? body : damageText(body, choice), { accept: pickAccept(choice) });
}

function sendWrongVariables({ query, variables }: GeneratedOperation, choice: Choice): FuzzRequest {
  const wrong = Object.fromEntries(
    [...Object.keys(variables), makeOddText(choice)].map((name) => [name, makeWrongValue(choice)]),
  );
  const body = { query, variables: choice.chance(0.8) ? wrong : makeWrongValue(choice) };
  return post(JSON.stringify(body), { accept: pickAccept(choice) });
}

const contentTypes = [
  'application/json',
  'application/json; charset=utf-16',
  'text/plain',
  'application/graphql',
  'multipart/form-data; boundary=x',
] as const;

function sendWrongBody(choice: Choice): FuzzRequest {
  const bodies: (() => string | Buffer)[] = [
    () => JSON.stringify(makeWrongValue(choice)),
    () => JSON.stringify({ query: makeWrongValue(choice), operationName: makeWrongValue(choice) }),
    () => JSON.stringify([{ query: '{ __typename }' }]),
    () => JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash: makeOddText(choice) } } }),
    () =>
      JSON.stringify({
        query: '{ __typename }',
        operationName: makeOddText(choice),
        extensions: makeWrongValue(choice),
      }),
    () => '['.repeat(choice.between(1, 49_000)),
    () => `{"query":"{ __typename }","variables":${'{"a":'.repeat(9000)}1${'}'.repeat(9000)}}`,
    () => 'x'.repeat(choice.between(90_000, 150_000)),
    () => Buffer.from(Array.from({ length: choice.between(0, 200) }, () => choice.below(256))),
    () => '',
  ];
  return post(choice.pick(bodies)(), {
    'content-type': choice.pick(contentTypes),
    accept: pickAccept(choice),
  });
}
