import { afterEach, beforeEach, expect, test } from 'vitest';
import { measureStep } from '../../src/replication/progress/measure.ts';
import type { StepRow } from '../../src/replication/rows.ts';
import { createLaboratory, type Laboratory, type LabServer } from './support/laboratory.ts';
import { cloneLinked } from './support/clone-linked.ts';
import { buildWorld, clusterId } from './support/small-world.ts';

let laboratory: Laboratory;
let server: LabServer;

beforeEach(async () => {
  laboratory = await createLaboratory({ world: buildWorld({ nodes: 2, local: 1, shared: 1 }) });
  server = laboratory.boot({ policy: { mode: 'ON_DEMAND' } });
  await laboratory.settle(server);
});

afterEach(() => laboratory.close());

async function replicate(request: { vmids?: number[]; nodes?: string[]; idempotencyKey?: string } = {}) {
  const all = { vmids: [9000, 9500], trigger: 'MUTATION', clusterId } as const;
  const runs = await laboratory.drive(server.replicator.request({ ...all, ...request }));
  const [run] = runs ?? [];
  if (run === undefined) throw new Error('no run');
  return run;
}

function guests() {
  return laboratory.simulator.state().clusters[0]?.guests ?? [];
}

test('a dry run answers the plan and changes nothing', async () => {
  const [answer] = (await laboratory.drive(server.replicator.plan({ clusterId, vmids: [9000] }))) ?? [];
  const line = answer?.lines.find(
    ({ sourceVmid, targetNode }) => sourceVmid === 9000 && targetNode === 'pve2',
  );
  expect(line).toMatchObject({ state: 'WANTED', way: 'LOCAL_MIGRATE', sourceNode: 'pve1' });
  expect(laboratory.simulator.state().clusters[0]?.counts.clones).toBe(0);
});

test('a request while one is queued joins it, and the same key gives the same run', async () => {
  await laboratory.drive(server.replicator.pause(clusterId));
  const first = await replicate({ vmids: [9000], idempotencyKey: 'a' });
  const joined = await replicate({ vmids: [9500], idempotencyKey: 'b' });
  const repeated = await replicate({ vmids: [9000], idempotencyKey: 'a' });
  await expect(replicate({ vmids: [9000], idempotencyKey: 'a'.repeat(90_000) })).rejects.toThrow(
    '200 characters',
  );
  expect(joined.id).toBe(first.id);
  expect(repeated.id).toBe(first.id);
  await expect(
    laboratory.drive(server.replicator.request({ clusterId, trigger: 'MUTATION', idempotencyKey: 'a' })),
  ).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
  await laboratory.drive(server.replicator.resume(clusterId));
  const run = await laboratory.drive(server.replicator.finished(first.id));
  expect(run).toMatchObject({ outcome: 'SUCCEEDED', stepsTotal: 2, stepsDone: 2 });
  expect(await laboratory.drive(server.replicator.progress(first.id))).toMatchObject({ percent: 100 });
});

test('a cancelled run stops its Proxmox task and leaves nothing of it', async () => {
  const copying = new Promise<void>((resolve) => {
    server.replicator.events.on('step', (step) => measureStep(step) > 5 && resolve());
  });
  const run = await replicate({ vmids: [9000] });
  await laboratory.drive(copying);
  await laboratory.drive(server.replicator.cancel(run.id));
  const finished = await laboratory.drive(server.replicator.finished(run.id));
  expect(finished).toMatchObject({ outcome: 'CANCELLED' });
  const [step] = (await laboratory.drive(server.replicator.steps(run.id))) ?? [];
  expect(step).toMatchObject({ phase: 'CANCELLED', vmid: null, errorCode: 'CANCELLED' });
  expect(
    guests()
      .map(({ vmid }) => vmid)
      .sort((a, b) => a - b),
  ).toEqual([200, 9000, 9500]);

  const again = await laboratory.drive(server.replicator.retry(run.id, 'COMMAND'));
  expect(await laboratory.drive(server.replicator.finished(again?.id ?? 0))).toMatchObject({
    outcome: 'SUCCEEDED',
  });
});

test('a run that is cancelled when a migration has handed its guest over leaves no lock, and is done again', async () => {
  const run = await replicate({ vmids: [9000] });
  const isHandedOver = () =>
    guests().some(({ node, config }) => node === 'pve2' && config['lock'] === 'migrate');
  await laboratory.drive(new Promise(() => undefined), isHandedOver);
  expect(isHandedOver()).toBe(true);
  await laboratory.drive(server.replicator.cancel(run.id));
  expect(await laboratory.drive(server.replicator.finished(run.id))).toMatchObject({ outcome: 'CANCELLED' });
  expect(guests().map(({ vmid }) => vmid)).not.toContain(100);
  const again = await laboratory.drive(server.replicator.retry(run.id, 'COMMAND'));
  expect(await laboratory.drive(server.replicator.finished(again?.id ?? 0))).toMatchObject({
    outcome: 'SUCCEEDED',
  });
});

test('requests about what does not exist say so', async () => {
  const { replicator } = server;
  await expect(laboratory.drive(replicator.cancel(4711))).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
  await expect(
    laboratory.drive(replicator.request({ clusterId: 'nowhere', trigger: 'MUTATION' })),
  ).rejects.toMatchObject({ code: 'CLUSTER_NOT_FOUND' });
  const run = await replicate({ vmids: [9500] });
  await laboratory.drive(replicator.finished(run.id));
  await expect(laboratory.drive(replicator.cancel(run.id))).rejects.toMatchObject({ code: 'RUN_FINISHED' });
  await expect(laboratory.drive(replicator.retry(run.id, 'COMMAND'))).rejects.toMatchObject({
    code: 'NOTHING_TO_RETRY',
  });
});

test('replicas are removed on request, originals and what has linked clones are not', async () => {
  const { replicator } = server;
  const run = await replicate({ vmids: [9500] });
  await laboratory.drive(replicator.finished(run.id));
  const [step] = (await laboratory.drive(replicator.steps(run.id))) ?? [];
  const vmid = step?.vmid ?? 0;
  await expect(
    laboratory.drive(replicator.removeReplicas({ clusterId, vmids: [9500], trigger: 'MUTATION' })),
  ).rejects.toMatchObject({ code: 'NOT_A_REPLICA' });

  await cloneLinked(laboratory, server, vmid);
  const removal = { clusterId, vmids: [vmid], trigger: 'MUTATION' } as const;
  const refused = await laboratory.drive(replicator.removeReplicas(removal));
  expect(await laboratory.drive(replicator.finished(refused?.run?.id ?? 0))).toMatchObject({
    outcome: 'FAILED',
    errorCode: 'HAS_LINKED_CLONES',
  });
  expect(guests().some((guest) => guest.vmid === vmid)).toBe(true);

  await laboratory.simulator.control({ do: 'remove-guest', cluster: clusterId, vmid: 300 });
  const removed = await laboratory.drive(replicator.removeReplicas(removal));
  expect(await laboratory.drive(replicator.finished(removed?.run?.id ?? 0))).toMatchObject({
    outcome: 'SUCCEEDED',
  });
  expect(guests().some((guest) => guest.vmid === vmid)).toBe(false);
  expect(await laboratory.store.prisma.template.count({ where: { vmid } })).toBe(0);
});

test('a replica that somebody protected stays, and a dry run says so', async () => {
  const { replicator } = server;
  const run = await replicate({ vmids: [9500] });
  await laboratory.drive(replicator.finished(run.id));
  const [step] = (await laboratory.drive(replicator.steps(run.id))) ?? [];
  const vmid = step?.vmid ?? 0;
  await laboratory.simulator.control({ do: 'set-guest', vmid, config: { protection: '1' } });
  const removal = { clusterId, vmids: [vmid], trigger: 'MUTATION' } as const;
  const kept = { remove: [], keep: [{ vmid, why: 'REQUESTED', reasonCode: 'PROTECTED' }] };
  const dry = await laboratory.drive(replicator.removeReplicas({ ...removal, dryRun: true }));
  expect(dry).toMatchObject(kept);
  expect(dry?.run).toBeUndefined();
  const removed = await laboratory.drive(replicator.removeReplicas(removal));
  expect(removed).toMatchObject(kept);
  expect(await laboratory.drive(replicator.finished(removed?.run?.id ?? 0))).toMatchObject({
    outcome: 'FAILED',
    errorCode: 'PROTECTED',
  });
  expect(guests()).toContainEqual(expect.objectContaining({ vmid, template: true }));
  expect(guests().find((guest) => guest.vmid === vmid)?.config['protection']).toBe('1');
});

test('many replicas go only when the cluster is named', async () => {
  const { replicator } = server;
  const ids = [101, 102, 103, 104, 105, 106];
  await laboratory.store.prisma.template.createMany({
    data: ids.map((vmid) => ({
      vmid,
      name: `r${vmid}`,
      node: 'pve1',
      clusterId,
      isReplica: true,
      sourceVmid: 9000,
    })),
  });
  const removal = { clusterId, vmids: ids, trigger: 'MUTATION' } as const;
  for (const confirm of [undefined, 'another'])
    await expect(laboratory.drive(replicator.removeReplicas({ ...removal, confirm }))).rejects.toMatchObject({
      code: 'CONFIRMATION_NEEDED',
    });
  const confirmed = await laboratory.drive(replicator.removeReplicas({ ...removal, confirm: clusterId }));
  expect(confirmed?.run?.stepsTotal).toBe(6);
});

test('a run that is paused half way lets others pass, and goes on where it was', async () => {
  const { replicator } = server;
  const seen = (test: (step: StepRow) => boolean) =>
    new Promise<void>((resolve) => replicator.events.on('step', (step) => test(step) && resolve()));
  const copying = seen((step) => measureStep(step) > 5);
  const done = seen(({ phase }) => phase === 'DONE');
  const run = await replicate();
  await laboratory.drive(copying);
  await laboratory.drive(replicator.pause(clusterId));
  await laboratory.drive(done);
  const [first] = await laboratory.store.prisma.template.findMany({ where: { isReplica: true } });
  const removal = { clusterId, vmids: [first?.vmid ?? 0], trigger: 'MUTATION' } as const;
  const removed = await laboratory.drive(replicator.removeReplicas(removal));
  expect(await laboratory.drive(replicator.finished(removed?.run?.id ?? 0))).toMatchObject({
    outcome: 'SUCCEEDED',
  });
  const steps = (await laboratory.drive(replicator.steps(run.id))) ?? [];
  expect(steps.map(({ phase }) => phase).sort()).toEqual(['DONE', 'PLANNED']);

  await laboratory.drive(replicator.resume(clusterId));
  expect(await laboratory.drive(replicator.finished(run.id))).toMatchObject({
    outcome: 'SUCCEEDED',
    stepsDone: 2,
  });
});
