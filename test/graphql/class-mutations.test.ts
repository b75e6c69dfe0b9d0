import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { createLogger } from '../../src/log/logger.ts';
import { createHubServer, type HubServer } from '../../src/server/server.ts';
import { clusterId, original, stranger } from '../classes/support/class-world.ts';
import { openClassroom, type Classroom } from '../classes/support/classroom.ts';

let room: Classroom;
let server: HubServer;
const pumping = new AbortController();
let pump: Promise<void>;

beforeAll(async () => {
  room = await openClassroom({ storage: 'nas', nodes: 2, bytes: 2 ** 20 });
  const { replicator, classes, store, clock } = room;
  const logger = createLogger({ level: 'fatal', format: 'json' });
  const settings = { host: '127.0.0.1', port: 0 };
  server = createHubServer({ settings, store, services: { replicator, classes }, logger, clock });
  await server.listen();
  pump = keepTimeGoing();
});

afterAll(async () => {
  await server.close();
  pumping.abort();
  await pump;
  await room.close();
});

/** The server's clock is driven: while requests come over the network, somebody has to let time pass. */
async function keepTimeGoing(): Promise<void> {
  while (!pumping.signal.aborted) {
    await room.clock.advance(50);
    await delay(1);
  }
}

const answerSchema = z.object({ data: z.record(z.string(), z.unknown()), errors: z.undefined().optional() });

async function query(document: string, variables: object = {}): Promise<Record<string, unknown>> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: document, variables }),
  });
  return answerSchema.parse(await response.json()).data;
}

const runSchema = z.object({
  run: z.object({ databaseId: z.int() }),
  userErrors: z.array(z.unknown()).max(0),
});

async function finish(answer: unknown): Promise<void> {
  const { run } = runSchema.parse(answer);
  await room.replicator.finished(run.databaseId);
}

async function create(name: string): Promise<number> {
  const input = { name, clusterId, sourceVmid: original, students: 3, tags: ['lab'] };
  const { createClass } = await query(
    'mutation ($input: CreateClassInput!) { createClass(input: $input) { class { databaseId state tags } userErrors { code } } }',
    { input },
  );
  expect(createClass).toMatchObject({ class: { state: 'DRAFT', tags: ['lab'] }, userErrors: [] });
  return z.object({ class: z.object({ databaseId: z.int() }) }).parse(createClass).class.databaseId;
}

const deploy = `mutation ($input: DeployClassInput!) {
  deployClass(input: $input) {
    plan { make { role number name node full transfer bytes } warnings }
    run { databaseId kind } userErrors { code field message }
  }
}`;

test('a class is created, deployed, looked at, changed and deleted', async () => {
  const classId = await create('Linux');
  const dry = await query(deploy, { input: { classId, dryRun: true } });
  expect(dry).toMatchObject({ deployClass: { run: null, plan: { make: { length: 5 } } } });
  const deployed = await query(deploy, { input: { classId } });
  expect(deployed).toMatchObject({ deployClass: { run: { kind: 'CLASS_DEPLOY' } } });
  await finish(deployed['deployClass']);

  const looked = await query(
    `query ($classId: Int!) {
      class(databaseId: $classId) {
        state baseTemplates { vmid name isClassTemplate source { vmid } } students { number vmid node state } teacherMachine { name }
      }
      templates(where: { class: { databaseId: { eq: $classId } } }) { nodes { name class { name } } }
      nodeDistribution(vmid: ${original}) { nodes { template { vmid } } }
      stats { totalTemplates originalTemplates replicaTemplates classTemplates }
    }`,
    { classId },
  );
  expect(looked).toMatchObject({
    class: {
      state: 'READY',
      baseTemplates: [{ name: 'Linux-base-pve1', isClassTemplate: true, source: { vmid: original } }],
      students: [1, 2, 3].map((number) => ({ number, state: 'PRESENT', vmid: expect.any(Number) })),
      teacherMachine: { name: 'Linux-teacher' },
    },
    templates: { nodes: [{ name: 'Linux-base-pve1', class: { name: 'Linux' } }] },
    nodeDistribution: { nodes: [{ template: { vmid: original } }] },
    stats: { totalTemplates: 2, originalTemplates: 1, replicaTemplates: 0, classTemplates: 1 },
  });

  const rest = async (search: string): Promise<unknown> =>
    (await fetch(`${server.url}/api/templates?${search}`)).json();
  const ofClass = await rest(`class_id=${classId}`);
  expect(ofClass).toMatchObject([
    {
      is_class_template: true,
      class_id: classId,
      is_replica: true,
      source_vmid: original,
    },
  ]);
  expect(await rest('is_class_template=true')).toEqual(ofClass);

  const attached = await query(
    'mutation ($input: AttachClassMachineInput!) { attachClassMachine(input: $input) { machine { vmid number role } userErrors { code } } }',
    { input: { classId, vmid: stranger } },
  );
  expect(attached).toMatchObject({
    attachClassMachine: { machine: { vmid: stranger, number: 4, role: 'STUDENT' } },
  });

  const more = await query(
    'mutation ($input: AddStudentsInput!) { addStudents(input: $input) { run { databaseId } userErrors { code } } }',
    { input: { classId, count: 1 } },
  );
  await finish(more['addStudents']);
  const reset = await query(
    'mutation ($input: ResetStudentInput!) { resetStudent(input: $input) { run { databaseId } userErrors { code } } }',
    { input: { classId, numbers: [1] } },
  );
  await finish(reset['resetStudent']);

  const remove = `mutation ($input: DeleteClassInput!) {
    deleteClass(input: $input) {
      plan { remove { role vmid } keep { vmid reason message } } run { databaseId } userErrors { code }
    }
  }`;
  const planned = await query(remove, { input: { classId, dryRun: true } });
  for (const id of [classId, String(classId), btoa(`Class:${classId}`)])
    expect(await query(remove, { input: { id, dryRun: true } })).toEqual(planned);
  expect(await query(remove, { input: { dryRun: true } })).toMatchObject({
    deleteClass: { userErrors: [{ code: 'INVALID_INPUT' }] },
  });
  expect(planned).toMatchObject({
    deleteClass: {
      run: null,
      plan: { remove: { length: 6 }, keep: [{ vmid: stranger, reason: 'NOT_MADE_HERE' }] },
    },
  });
  await finish((await query(remove, { input: { classId } }))['deleteClass']);
  expect(
    room
      .guests()
      .map(({ vmid }) => vmid)
      .toSorted((a, b) => a - b),
  ).toEqual([stranger, original]);
});

test('what one can mend is data', async () => {
  const unknown = await query(deploy, { input: { classId: 4711 } });
  expect(unknown).toMatchObject({
    deployClass: {
      plan: null,
      run: null,
      userErrors: [{ code: 'CLASS_NOT_FOUND', field: ['input', 'classId'] }],
    },
  });
  const { createClass } = await query(
    'mutation ($input: CreateClassInput!) { createClass(input: $input) { class { id } userErrors { code field message } } }',
    { input: { name: 'x', clusterId, sourceVmid: original, namePattern: 'no number' } },
  );
  expect(createClass).toMatchObject({
    class: null,
    userErrors: [{ code: 'INVALID_INPUT', field: ['input', 'namePattern'] }],
  });
});
