import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { isWorkable } from '../../../src/replication/run/next-run.ts';
import type { RunRow } from '../../../src/replication/rows.ts';
import { createToken } from '../../../src/replication/token.ts';
import { createLaboratory, type Laboratory, type LabServer } from '../support/laboratory.ts';
import { makeRun } from '../support/rows.ts';
import { buildWorld, clusterId } from '../support/small-world.ts';

let laboratory: Laboratory | undefined;

afterEach(() => laboratory?.close());

async function open(): Promise<{ lab: Laboratory; server: LabServer }> {
  laboratory = await createLaboratory({ world: buildWorld({ nodes: 2, local: 1, shared: 1 }) });
  const server = laboratory.boot({ policy: { mode: 'ON_DEMAND' } });
  await laboratory.settle(server);
  return { lab: laboratory, server };
}

/** A class's deployment: one full clone of a template. */
async function deploy(
  { lab, server }: { lab: Laboratory; server: LabServer },
  sourceVmid: number,
): Promise<RunRow> {
  const step = {
    kind: 'CLASS_STUDENT',
    token: createToken(lab.random),
    sourceVmid,
    sourceNode: 'pve1',
    targetNode: 'pve1',
    way: 'FULL_CLONE',
    name: `student-of-${sourceVmid}`,
    recipe: { convert: false },
  } as const;
  const order = { kind: 'CLASS_DEPLOY', clusterId, trigger: 'MUTATION', steps: [step] } as const;
  const run = await lab.drive(server.replicator.submit(order));
  if (run === undefined) throw new Error('no run');
  return run;
}

/** Until a step of the run has failed once and waits. */
function untilRetrying({ replicator }: LabServer, runId: number): Promise<void> {
  return new Promise((resolve) => {
    replicator.events.on('step', (step) => {
      if (step.runId === runId && step.attempts > 1) resolve();
    });
  });
}

test("one retrying run does not hold up another class's deployment", async () => {
  const { lab, server } = await open();
  const fault = { kind: 'guest-locked', vmid: 9000, lock: 'backup' } as const;
  const { fault: id } = await lab.simulator.control({ do: 'fault-on', cluster: clusterId, fault });
  const first = await deploy({ lab, server }, 9000);
  await lab.drive(untilRetrying(server, first.id));
  const second = await deploy({ lab, server }, 9500);
  expect(await lab.drive(server.replicator.finished(second.id))).toMatchObject({ outcome: 'SUCCEEDED' });
  const waiting = await lab.store.prisma.replicationRun.findUniqueOrThrow({ where: { id: first.id } });
  expect(waiting.status).not.toBe('FINISHED');
  const holds = await lab.drive(server.replicator.findHolds([first.id]));
  expect(holds?.get(first.id)).toMatchObject({ reason: 'NEXT_TRY' });
  expect(holds?.get(first.id)?.message).toContain('VM is locked (backup)');
  await lab.simulator.control({ do: 'fault-off', cluster: clusterId, id });
  expect(await lab.drive(server.replicator.finished(first.id))).toMatchObject({ outcome: 'SUCCEEDED' });
});

test('a replication that retries lets a deployment pass, and is gone on with', async () => {
  const { lab, server } = await open();
  const fault = {
    kind: 'refuse',
    method: 'POST',
    path: '/migrate$',
    status: 595,
    reason: 'No route to host',
  } as const;
  const { fault: id } = await lab.simulator.control({ do: 'fault-on', cluster: clusterId, fault });
  const request = { clusterId, vmids: [9000], trigger: 'MUTATION' } as const;
  const [run] = (await lab.drive(server.replicator.request(request))) ?? [];
  const runId = run?.id ?? 0;
  await lab.drive(untilRetrying(server, runId));
  const deployment = await deploy({ lab, server }, 9500);
  expect(await lab.drive(server.replicator.finished(deployment.id))).toMatchObject({ outcome: 'SUCCEEDED' });
  // Paused meanwhile: what is half made is finished all the same.
  await lab.drive(server.replicator.pause(clusterId));
  await lab.simulator.control({ do: 'fault-off', cluster: clusterId, id });
  expect(await lab.drive(server.replicator.finished(runId))).toMatchObject({ outcome: 'SUCCEEDED' });
});

test('a run whose half-made steps are due is worked on, held or not; one that waits is not', () => {
  const step = fc.record({
    phase: fc.constantFrom('PLANNED', 'CLONING', 'TAKING_BACK' as const),
    notBefore: fc.option(fc.integer({ min: 0, max: 20 }).map((at) => new Date(at))),
  });
  const facts = fc.record({
    held: fc.boolean(),
    now: fc.constant(10),
    steps: fc.array(step, { minLength: 1 }),
  });
  const begun = makeRun({ status: 'QUEUED' });
  fc.assert(
    fc.property(facts, (given) => {
      const due = given.steps.filter(({ notBefore }) => notBefore === null || notBefore.getTime() <= 10);
      const isHalfMade = ({ phase }: { phase: string }) => phase !== 'PLANNED';
      const expected = given.steps.some(isHalfMade) ? due.some(isHalfMade) : !given.held && due.length > 0;
      expect(isWorkable(begun, given)).toBe(expected);
      expect(isWorkable(makeRun({ ...begun, cancelRequestedAt: new Date(1) }), given)).toBe(true);
      expect(isWorkable(makeRun({ ...begun, startedAt: null }), given)).toBe(!given.held);
      expect(isWorkable(makeRun({ ...begun, startedAt: null, kind: 'REMOVAL' }), given)).toBe(true);
    }),
  );
});
