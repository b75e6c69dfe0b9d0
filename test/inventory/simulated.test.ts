import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { confirmObservation } from '../../src/inventory/record/confirm.ts';
import { readKnownTemplates } from '../../src/inventory/observe/known-templates.ts';
import { markDescription } from '../../src/inventory/lineage/marker.ts';
import { observeCluster } from '../../src/inventory/observe/observe.ts';
import { recordObservation } from '../../src/inventory/record/record.ts';
import { scanCluster, type ScannedCluster } from '../../src/inventory/scan.ts';
import { createTemplateCache } from '../../src/inventory/observe/template-cache.ts';
import { cloneGuest, convertToTemplate } from '../../src/proxmox/endpoints/guest-tasks.ts';
import type { Transport } from '../../src/proxmox/http/transport.ts';
import { waitForTask } from '../../src/proxmox/tasks/wait-for-task.ts';
import type { Store } from '../../src/store/store.ts';
import { simulateCluster, type SimulatedCluster } from './support/simulated-cluster.ts';
import { openTemporaryStore } from './support/temporary-store.ts';

let lab: SimulatedCluster;
let store: Store;
let remove: () => Promise<void>;
let scanned: ScannedCluster;

beforeEach(async () => {
  lab = simulateCluster();
  ({ store, remove } = await openTemporaryStore());
  scanned = { id: 'lab', name: 'lab', host: 'lab.test', client: lab.connect(), cache: createTemplateCache() };
});

afterEach(() => remove());

/** Good answers need no time, so the clock stands still. */
function scan(cluster = scanned) {
  return scanCluster(cluster, { store, clock: lab.clock });
}

/** The same with a client that has to pause and try again. */
async function scanPatiently({ id, name, host, client, cache }: ScannedCluster): Promise<void> {
  const known = await readKnownTemplates(store.prisma, { id, host });
  const work = observeCluster({ client, clusterId: id, known, cache, clock: lab.clock });
  const observation = await lab.run(work);
  await recordObservation(store, observation, { name, host, now: lab.clock.now() });
}

const rows = () => store.prisma.template.findMany({ orderBy: { vmid: 'asc' } });
const minutes = (count: number) => lab.clock.advance(count * 60_000);

/** Template 100 as a template of its own with the id 300 on its node, through the API. */
async function replicate(): Promise<void> {
  const { client } = scanned;
  const marker = { kind: 'replica', vmid: 300, source: 100, generation: '0'.repeat(16), token: 't' } as const;
  const options = {
    newid: 300,
    name: 'debian-replica',
    full: true,
    description: markDescription('', marker),
  };
  const upid = await lab.run(cloneGuest(client, { kind: 'qemu', node: 'pve1', vmid: 100 }, options));
  expect((await lab.run(waitForTask(client, { upid }))).outcome).toBe('ok');
  // Statistics are broadcast every 10 s: the conversion comes right after one.
  await lab.clock.advance(10_500 - (lab.clock.now() % 10_000));
  await lab.run(convertToTemplate(client, { kind: 'qemu', node: 'pve1', vmid: 300 }));
  await lab.clock.advance(5000);
}

describe('scans of a simulated cluster', () => {
  it('see what is there', async () => {
    const { observation } = await scan();
    expect(observation).toMatchObject({ reachable: true, complete: true, quorate: true, pveName: 'lab' });
    expect(await rows()).toMatchObject([
      { vmid: 100, node: 'pve1', storageNames: 'local', onSharedStorage: false, linkedClones: true },
      { vmid: 101, node: 'pve2', storageNames: 'san', onSharedStorage: true, diskBytes: 4n * 2n ** 30n },
    ]);
  });

  it('see a template that is not in the statistics yet only on its own node, and then by its marker', async () => {
    await replicate();
    const { observation } = await scan();
    expect(observation.templates.map(({ vmid }) => vmid)).toEqual([100, 101]);
    const { client, cache } = scanned;
    const nodes = ['pve1', 'pve2', 'pve3'];
    const confirmed = await confirmObservation({ client, observation, cache, nodes, sources: [100] });
    expect(confirmed.templates.map(({ vmid }) => vmid)).toEqual([100, 101, 300]);
    expect(confirmed.templates[2]?.details?.marker).toMatchObject({ vmid: 300, source: 100 });
    await minutes(1);
    await scan();
    expect((await rows())[2]).toMatchObject({
      vmid: 300,
      isReplica: true,
      sourceVmid: 100,
      sourceNode: 'pve1',
    });
  });

  it('lose nothing of a node that is off, from the first second to the last', async () => {
    await scan();
    const [before] = await rows();
    await lab.simulator.control({ do: 'fault-on', fault: { kind: 'node-off', node: 'pve1' } });
    for (const pause of [0, 1, 10]) {
      await minutes(pause);
      await scan();
      expect((await rows())[0]).toEqual(before);
    }
    await lab.simulator.control({ do: 'fault-off' });
    await minutes(1);
    await scan();
    expect((await rows())[0]).toMatchObject({ state: 'PRESENT', lastVerifiedAt: new Date(lab.clock.now()) });
    expect(
      await store.prisma.templateChange.count({ where: { kind: { in: ['VANISHED', 'RETURNED'] } } }),
    ).toBe(0);
  });

  it('lose nothing to an account that may see nothing', async () => {
    await scan();
    const before = await rows();
    const blind = { ...scanned, client: lab.connect({ user: 'nobody@pve' }), cache: createTemplateCache() };
    const { observation } = await scan(blind);
    expect(observation).toMatchObject({ reachable: true, templates: [], gone: [], complete: false });
    expect(await rows()).toEqual(before);
  });

  it('know that a deleted template is gone', async () => {
    await scan();
    await lab.simulator.control({ do: 'remove-guest', vmid: 100 });
    await scan();
    expect((await rows()).map(({ vmid, state }) => [vmid, state])).toEqual([
      [100, 'MISSING'],
      [101, 'PRESENT'],
    ]);
  });

  it('follow a template that moved', async () => {
    await scan();
    const [, before] = await rows();
    await lab.simulator.control({ do: 'set-guest', vmid: 101, node: 'pve3' });
    await minutes(1);
    await scan();
    expect((await rows())[1]).toMatchObject({ id: before?.id, node: 'pve3', state: 'PRESENT' });
  });
});

describe('whatever the cluster answers', () => {
  /** Breaks answers by the list: nothing, a cut connection, an error, rows without fields, an empty list. */
  function spoilAnswers(luck: readonly number[]): (transport: Transport) => Transport {
    let turn = 0;
    return (transport) => async (request) => {
      const kind = luck[turn++ % luck.length];
      const answer = await transport(request);
      if (kind === 1) return { status: 596, reason: 'Connection timed out', body: '' };
      if (kind === 2) return { status: 500, reason: 'internal error', body: '{"data":null}' };
      if (kind === 3) return { ...answer, body: '{"data":[]}' };
      if (kind === 4)
        return { ...answer, body: answer.body.replaceAll(/"(?:template|name|status)":[^,}]*,?/g, '') };
      if (kind === 5) return { ...answer, body: answer.body.slice(0, answer.body.length / 2) };
      return answer;
    };
  }

  it('nothing that is there is marked as gone, and a good scan afterwards finds all in place', async () => {
    const luck = fc.array(fc.nat(9), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(luck, async (numbers) => {
        await scan();
        const before = await rows();
        const broken = {
          ...scanned,
          client: lab.connect({ spoil: spoilAnswers(numbers) }),
          cache: createTemplateCache(),
        };
        await scanPatiently(broken);
        expect((await rows()).map(({ vmid, state }) => [vmid, state])).toEqual(
          before.map(({ vmid, state }) => [vmid, state]),
        );
        await minutes(1);
        await scan();
        expect((await rows()).map(({ vmid, node, name }) => [vmid, node, name])).toEqual([
          [100, 'pve1', 'debian'],
          [101, 'pve2', 'ubuntu'],
        ]);
      }),
      { numRuns: 40 },
    );
  });
});
