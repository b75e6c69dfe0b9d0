import { afterEach, expect, test, vi } from 'vitest';
import type { Transport, TransportRequest } from '../../../src/proxmox/http/transport.ts';
import { createLaboratory, type Laboratory } from '../support/laboratory.ts';
import { buildWorld, clusterId } from '../support/small-world.ts';

let laboratory: Laboratory | undefined;

vi.setConfig({ testTimeout: 90_000 });
afterEach(() => laboratory?.close());

/** A server that drops the notes of the calls whose paths match. */
function dropNotes(path: RegExp): (transport: Transport) => Transport {
  return (transport) => (request) => transport(path.test(request.path) ? withoutNotes(request) : request);
}

function withoutNotes(request: TransportRequest): TransportRequest {
  const form = new URLSearchParams(request.body);
  form.delete('description');
  // A request to change nothing would be refused.
  if ([...form.keys()].every((key) => key === 'digest') && request.method === 'PUT') form.set('onboot', '0');
  const body = form.toString();
  return { ...request, body, headers: { ...request.headers, 'content-length': String(body.length) } };
}

async function replicate(
  spoil: (transport: Transport) => Transport,
  world = buildWorld({ nodes: 2, local: 1, shared: 1 }),
): Promise<Laboratory> {
  laboratory = await createLaboratory({ world, spoil });
  await laboratory.settle(laboratory.boot());
  return laboratory;
}

function guests({ simulator }: Laboratory) {
  return simulator.state().clusters[0]?.guests ?? [];
}

test('a clone that lost its notes is ours all the same: they are written again, and nothing is copied twice', async () => {
  const lab = await replicate(dropNotes(/\/clone$/));
  const replicas = guests(lab).filter(({ vmid }) => vmid >= 100 && vmid < 200);
  expect(replicas).toHaveLength(2);
  for (const { config, template } of replicas) {
    expect(template).toBe(true);
    expect(config['description']).toContain('template-hub: v1 kind=replica');
  }
  expect(lab.simulator.state().clusters[0]?.counts.clones).toBe(2);
  const steps = await lab.store.prisma.replicationStep.findMany();
  expect(steps.map(({ phase }) => phase)).toEqual(['DONE', 'DONE']);
});

test('the same with the text that a clone inherits from its source, and with containers', async () => {
  const world = buildWorld({ nodes: 2, local: 1, shared: 0 });
  const [cluster] = world.clusters;
  const [template] = cluster?.guests ?? [];
  if (template?.config) template.config['description'] = 'golden image\n\ntemplate-hub: v1 of another hub';
  cluster?.storages?.push({ id: 'thin', type: 'lvmthin', content: ['images', 'rootdir'] });
  cluster?.guests?.push({
    vmid: 9700,
    type: 'lxc',
    node: 'pve1',
    name: 'ct-9700',
    template: true,
    config: { ostype: 'debian', net0: 'name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:00:01' },
    disks: [{ key: 'rootfs', storage: 'thin', size: 2 ** 30, data: 2 ** 28 }],
  });
  const lab = await replicate(dropNotes(/\/clone$/), world);
  const replicas = guests(lab).filter(({ node, template: isTemplate }) => node === 'pve2' && isTemplate);
  expect(replicas).toHaveLength(2);
  for (const { config } of replicas) expect(config['description']).toContain('template-hub: v1 kind=replica');
  expect(lab.simulator.state().clusters[0]?.counts.clones).toBe(2);
});

test('a server that keeps no notes at all gets no replica, and keeps none of our guests', async () => {
  const lab = await replicate(dropNotes(/\/clone$|\/config$/), buildWorld({ nodes: 2, local: 1, shared: 0 }));
  const [step, ...others] = await lab.store.prisma.replicationStep.findMany();
  expect(others).toEqual([]);
  expect(step).toMatchObject({ phase: 'FAILED', errorCode: 'MARKER_LOST', vmid: null });
  expect(
    guests(lab)
      .map(({ vmid }) => vmid)
      .toSorted((a, b) => a - b),
  ).toEqual([200, 9000]);
  expect(lab.simulator.state().clusters[0]?.counts.clones).toBe(1);
});

test('notes that are gone half way are written again; the copy goes on', async () => {
  laboratory = await createLaboratory({ world: buildWorld({ nodes: 2, local: 1, shared: 0 }) });
  const lab = laboratory;
  const server = lab.boot();
  const moving = new Promise<number>((resolve) => {
    server.replicator.events.on('step', ({ phase, upid, vmid }) => {
      if (phase === 'MIGRATING' && upid === null) resolve(vmid ?? 0);
    });
  });
  await lab.drive(server.replicator.start().then(() => moving));
  const vmid = await moving;
  await lab.simulator.control({ do: 'set-guest', cluster: clusterId, vmid, config: { description: '' } });
  await lab.drive(server.replicator.settled());
  const replica = guests(lab).find((guest) => guest.vmid === vmid);
  expect(replica).toMatchObject({ node: 'pve2', template: true });
  expect(replica?.config['description']).toContain(`vmid=${vmid}`);
  expect(lab.simulator.state().clusters[0]?.counts.clones).toBe(1);
});

test('a guest that somebody put in the place of ours is left alone', async () => {
  laboratory = await createLaboratory({ world: buildWorld({ nodes: 2, local: 1, shared: 0 }) });
  const lab = laboratory;
  const server = lab.boot();
  const moving = new Promise<number>((resolve) => {
    server.replicator.events.on('step', ({ phase, upid, vmid }) => {
      if (phase === 'MIGRATING' && upid === null) resolve(vmid ?? 0);
    });
  });
  await lab.drive(server.replicator.start().then(() => moving));
  const vmid = await moving;
  const name = guests(lab).find((guest) => guest.vmid === vmid)?.name;
  await lab.simulator.control({ do: 'remove-guest', cluster: clusterId, vmid });
  const disks = [
    { key: 'scsi0', storage: 'data', size: 4 * 2 ** 30, data: 2 ** 20, format: 'qcow2' as const },
  ];
  const guest = { vmid, node: 'pve1', name, disks };
  await lab.simulator.control({ do: 'add-guest', cluster: clusterId, guest });
  await lab.drive(server.replicator.settled());
  expect(guests(lab).find((one) => one.vmid === vmid)).toMatchObject({ node: 'pve1', template: false });
  expect(guests(lab).filter(({ node, template }) => node === 'pve2' && template)).toHaveLength(1);
});
