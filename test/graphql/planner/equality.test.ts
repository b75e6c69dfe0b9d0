import { join } from 'node:path';
import fc from 'fast-check';
import { execute, parse, validate, type DocumentNode } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillVariables } from '../../../bench/clients/fill-variables.ts';
import { readDocuments } from '../../../bench/clients/read-documents.ts';
import { anyoneHere } from '../../../src/access/caller.ts';
import { createContext } from '../../../src/graphql/context.ts';
import { createPlanner, type Planner } from '../../../src/graphql/planner/create-planner.ts';
import { createSchema } from '../../../src/graphql/schema.ts';
import { cutStore } from '../../../src/store/cut-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { createRunStates } from '../../../src/graphql/subscriptions/run-states.ts';
import type { Clock } from '../../../src/time/clock.ts';
import { startHub, type StartedHub } from '../../server/start-hub.ts';
import { startPostgres, type PostgresServer } from '../../support/postgres.ts';
import { fillStore, oddTexts } from './fill-store.ts';
import { createChoice } from '../../fuzz/generate/choice.ts';
import { writeDocument, type Supply } from './write-document.ts';

const schema = createSchema();
/** What real clients send. */
const clientDocuments = readDocuments(
  join(import.meta.dirname, '..', '..', '..', 'bench', 'clients', 'documents.json'),
);
const encode = (text: string) => Buffer.from(text).toString('base64');
/** A moment when a run is under way. */
const clock: Clock = { now: () => Date.UTC(2026, 0, 15, 11), sleep: () => new Promise(() => undefined) };

describe.each(['sqlite', 'postgresql'] as const)('on %s', (provider) => {
  let server: PostgresServer | undefined;
  let hub: StartedHub;
  let planner: Planner;
  let supply: Supply;
  beforeAll(async () => {
    if (provider === 'postgresql') server = await startPostgres();
    hub = await startHub({ databaseUrl: await server?.createDatabase('equality') });
    await fillStore(hub.store);
    planner = createPlanner(schema, hub.store);
    supply = await collectSupply();
  }, 60_000);
  afterAll(async () => {
    await hub.close();
    await server?.stop();
  });

  /** What is likely to be asked for: ids, cursors, VMIDs and names that are there, and some that are not. */
  async function collectSupply(): Promise<Supply> {
    const { data } = await answerGenerally(
      parse(`{
        templates(first: 100) { nodes { id } }
        byNode: templates(first: 30, orderBy: [{ field: NODE, direction: DESC }]) { edges { cursor } }
        byId: templates(first: 100) { edges { cursor } }
        replicationRuns { nodes { id steps { id } } edges { cursor } }
        clusters(includeRemoved: true) { id nodes { id } }
        classes { id machines { id } }
        templateChanges { nodes { id } }
      }`),
      {},
      hub.store,
    );
    const found = JSON.stringify(data);
    const all = (key: string) =>
      Array.from(found.matchAll(new RegExp(`"${key}":"([^"]+)"`, 'g')), ([, one]) => one);
    return {
      id: [...all('id'), 'nonsense', '7', 'VGVtcGxhdGU6NDcxMQ=='],
      after: [...all('cursor')],
      before: [...all('cursor')],
      first: [0, 1, 2, 3, 4, 7, 20, 50, 100, 101],
      last: [0, 1, 5],
      vmid: [111, 112, 201, 202, 7000, 7001, 10_001, 4711],
      'nearestTemplate.node': ['pve1', 'pve2', 'pve4', 'nowhere'],
      name: ['ubuntu-22.04-template', 'base', 'gone', ...oddTexts],
      clusterId: ['cluster1', 'cluster2', 'ünter "q" \\', 'nowhere', null],
      clusterIp: ['10.220.15.249', '10.220.12.6', '10.9.9.9', null],
      databaseId: [1, 2, 5, 8, 4711],
      Int: [0, 1, 111, 112, 201, 7003, -1],
      BigInt: [0, 1, 2 ** 53, '4611686018427387904', '99999999999999999999'],
      String: ['pve1', 'pve2', 'PVE', 'ubuntu', 'e', '%', ...oddTexts],
      Boolean: [true, false],
      DateTime: ['2024-01-15T10:30:00Z', '2026-01-15T10:02:00.002Z', '0000-01-01T00:00:00Z'],
      ID: ['1', 'VGVtcGxhdGU6MQ=='],
    };
  }

  async function answerGenerally(document: DocumentNode, variables: Record<string, unknown>, store: Store) {
    const context = createContext({
      store,
      services: {},
      clock,
      runStates: createRunStates(hub.store),
      caller: anyoneHere,
      origin: null,
      unlimited: false,
      trigger: 'MUTATION',
      requestId: 'test',
    });
    return execute({ schema, document, variableValues: variables, contextValue: context });
  }

  async function compare(
    source: string,
    variables: Record<string, unknown>,
    store = hub.store,
  ): Promise<'planned' | 'left' | 'refused'> {
    const document = parse(source);
    // Fields of several kinds of nodes may not be merged: such a document is refused before anybody executes it.
    if (validate(schema, document).length > 0) return 'refused';
    const request = { document, variables, store, unlimited: false, now: clock.now };
    const planned = await planner.answer(request);
    const general = await answerGenerally(document, variables, store);
    if (store !== hub.store) expect(JSON.stringify(general.data)).not.toMatch(/cluster1|10\.220\.15\.249/);
    if (general.errors) {
      expect(planned).toBeUndefined();
      return 'refused';
    }
    if (planned === undefined) return 'left';
    expect(planned).toBe(JSON.stringify(general));
    expect(await planner.answer(request)).toBe(planned);
    return 'planned';
  }

  test.each(clientDocuments)(
    '$name is planned, and what the resolvers answer',
    async ({ query, variables }) => {
      for (let turn = 0; turn < 3; turn += 1) {
        const known = {
          $CLUSTER: () => `cluster${1 + (turn % 2)}`,
          $AFTER: () => turn * 3,
          $GID: () => encode(`Template:${turn + 1}`),
          $VMID: () => [111, 112, 4711][turn] ?? 0,
          $CURSOR: () => encode(query.includes('NAME') ? 'name ["base",5]' : `[${turn * 4}]`),
          $RUNCURSOR: () => encode(`[${5 - turn}]`),
        };
        expect(await compare(query, Object(fillVariables(variables, known, turn)))).toBe('planned');
      }
    },
  );

  test.each(clientDocuments)(
    '$name shows a caller of another cluster nothing of the first, either way',
    async ({ query, variables }) => {
      const store = cutStore(hub.store, { clusters: ['cluster2'], hub: false });
      const known = {
        $CLUSTER: () => 'cluster1',
        $AFTER: () => 0,
        $GID: () => encode('Template:1'),
        $VMID: () => 111,
        $CURSOR: () => encode(query.includes('NAME') ? 'name ["base",5]' : '[0]'),
        $RUNCURSOR: () => encode('[5]'),
      };
      const filled = Object(fillVariables(variables, known, 1));
      expect(await compare(query, filled)).toBe('planned');
      expect(await compare(query, filled, store)).not.toBe('left');
    },
  );

  test(
    'what the planner answers is what the resolvers answer, text for text',
    { timeout: 300_000 },
    async () => {
      const counts = { planned: 0, left: 0, refused: 0 };
      const cut = cutStore(hub.store, { clusters: ['cluster2'], hub: false });
      await fc.assert(
        fc.asyncProperty(fc.integer(), async (seed) => {
          const { source, variables } = writeDocument(schema, supply, createChoice(seed));
          counts[await compare(source, variables)] += 1;
          await compare(source, variables, cut);
        }),
        { numRuns: Number(process.env['RUNS'] ?? 250), endOnFailure: true },
      );
      expect(counts.planned).toBeGreaterThan(counts.left);
    },
  );
});
