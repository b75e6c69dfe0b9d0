import { GraphQLInt, GraphQLObjectType, GraphQLSchema, type GraphQLFieldConfig } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ownProcess } from '../../../src/access/caller.ts';
import { createContext, type GraphqlContext } from '../../../src/graphql/context.ts';
import { createExecutor, timeLimits } from '../../../src/graphql/execution/executor.ts';
import { createRunStates } from '../../../src/graphql/subscriptions/run-states.ts';
import { createLogger } from '../../../src/log/logger.ts';
import { DrivenClock } from '../../../src/time/driven-clock.ts';
import { startHub, type StartedHub } from '../../server/start-hub.ts';

let hub: StartedHub;
beforeAll(async () => {
  hub = await startHub();
});
afterAll(() => hub.close());

/** An executor whose one field never answers, and the signals that the field was given. */
function createStuckExecutor() {
  const clock = new DrivenClock();
  const signals: (AbortSignal | undefined)[] = [];
  const stuck: GraphQLFieldConfig<unknown, GraphqlContext> = {
    type: GraphQLInt,
    resolve: (_parent, _args, _context, { getAbortSignal }) => {
      signals.push(getAbortSignal());
      return new Promise(() => undefined);
    },
  };
  const schema = new GraphQLSchema({
    query: new GraphQLObjectType({ name: 'Query', fields: { stuck } }),
    mutation: new GraphQLObjectType({ name: 'Mutation', fields: { stuck } }),
  });
  const logger = createLogger({ level: 'fatal', format: 'json' });
  const executor = createExecutor({ schema, introspection: true, logger, clock });
  const context = createContext({
    store: hub.store,
    services: {},
    clock,
    runStates: createRunStates(hub.store),
    caller: ownProcess,
    origin: null,
    unlimited: true,
    trigger: 'MUTATION',
    requestId: 'test',
  });
  const execute = async (source: string, signal?: AbortSignal) => {
    const operation = executor.prepare(source);
    if ('errors' in operation) throw new AggregateError(operation.errors);
    const answer = await executor.execute(operation, { variables: {}, context, signal });
    if ('json' in answer) throw new TypeError('there is no planner');
    return answer.result;
  };
  return { clock, execute, signals };
}

test.each([
  ['query', timeLimits.query],
  ['mutation', timeLimits.mutation],
])('a %s that takes longer than its limit is stopped', async (kind, limit) => {
  const { clock, execute, signals } = createStuckExecutor();
  const answer = execute(`${kind} { stuck }`);
  await clock.advance(limit - 1);
  expect(signals[0]?.aborted).toBe(false);
  await clock.advance(1000);
  expect(await answer).toMatchObject({
    errors: [
      { extensions: { code: 'REQUEST_TIMEOUT' }, message: expect.stringContaining(`${limit / 1000} s`) },
    ],
  });
  expect(signals[0]?.aborted).toBe(true);
  expect(clock.sleeping).toBe(0);
});

test.each([
  ['goes', (client: AbortController) => setImmediate(() => client.abort())],
  ['has gone', (client: AbortController) => client.abort()],
])('work is stopped when the client %s', async (_when, leave) => {
  const { clock, execute, signals } = createStuckExecutor();
  const client = new AbortController();
  leave(client);
  const answer = execute('{ stuck }', client.signal);
  await expect(answer).rejects.toMatchObject({ name: expect.stringMatching(/^Abort/) });
  for (const signal of signals) expect(signal?.aborted).toBe(true);
  await clock.advance(1000);
  expect(clock.sleeping).toBe(0);
});
