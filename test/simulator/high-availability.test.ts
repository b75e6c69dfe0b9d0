import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Lab, makeCluster } from './support.ts';

/** A cluster whose guest 100 runs under high availability. */
function makeLab(version = '8.4.21', ha: 'started' | 'ignored' = 'started'): Lab {
  const plain = makeCluster({ version });
  const guests = (plain.guests ?? []).map((guest) =>
    guest.vmid === 100 ? { ...guest, running: true, ha } : guest,
  );
  return new Lab({ ...plain, guests });
}

async function rowOf(lab: Lab, id: string): Promise<unknown> {
  const { data } = await lab.call('GET', '/cluster/resources');
  return z
    .array(z.looseObject({ id: z.string() }))
    .parse(data)
    .find((row) => row.id === id);
}

describe('a guest under high availability', () => {
  test('says so in its status and in the list of resources', async () => {
    const lab = makeLab();
    expect((await lab.call('GET', '/nodes/pve1/qemu/100/status/current')).data).toMatchObject({
      ha: { managed: 1, state: 'started' },
    });
    expect((await lab.call('GET', '/nodes/pve1/qemu/9000/status/current')).data).toMatchObject({
      ha: { managed: 0 },
    });
    expect(await rowOf(lab, 'qemu/100')).toMatchObject({ hastate: 'started' });
    expect(await rowOf(lab, 'qemu/9000')).not.toHaveProperty('hastate');
    expect(await rowOf(lab, 'node/pve1')).toMatchObject({ hastate: 'online' });
  });

  test('is deleted with purge only', async () => {
    const lab = makeLab();
    await lab.control({ do: 'set-guest', vmid: 100, running: false });
    expect(await lab.call('DELETE', '/nodes/pve1/qemu/100')).toMatchObject({
      status: 500,
      reason: 'unable to remove VM 100 - used in HA resources and purge parameter not set.',
    });
    const gone = await lab.run('DELETE', '/nodes/pve1/qemu/100?purge=1');
    expect(gone.log).toContain('NOTE: removed VM 100 from HA resource configuration.');
    expect((await lab.call('GET', '/cluster/ha/resources')).data).toEqual([]);
  });

  test('an ignored one behaves like any other, but is a resource all the same', async () => {
    const lab = makeLab('8.4.21', 'ignored');
    expect((await lab.call('GET', '/nodes/pve1/qemu/100/status/current')).data).toMatchObject({
      ha: { managed: 0 },
    });
    expect((await lab.call('DELETE', '/nodes/pve1/qemu/100')).reason).toContain('used in HA resources');
  });

  test('stop, start and migration are only asked for; the manager does them later, as root', async () => {
    const lab = makeLab();
    const { data: upid } = await lab.call('POST', '/nodes/pve1/qemu/100/status/stop');
    expect(upid).toContain(':hastop:100:');
    expect((await lab.finish(String(upid))).log).toEqual(['Requesting HA stop for VM 100', 'TASK OK']);
    expect(lab.guest(100)?.running).toBe(true);
    await lab.control({ do: 'pause', ms: 11_000 });
    expect(lab.guest(100)?.running).toBe(false);
    const tasks = await lab.call('GET', '/nodes/pve1/tasks?typefilter=qmstop');
    expect(tasks.data).toMatchObject([{ id: '100', user: 'root@pam', status: 'OK' }]);

    const started = await lab.run('POST', '/nodes/pve1/qemu/100/status/start');
    expect(started.log[0]).toBe('Requesting HA start for VM 100');
    await lab.control({ do: 'pause', ms: 11_000 });
    expect(lab.guest(100)?.running).toBe(true);

    await lab.control({ do: 'set-guest', vmid: 100, running: false });
    const { data: moving } = await lab.call('POST', '/nodes/pve1/qemu/100/migrate', {
      body: { target: 'pve2' },
    });
    expect(moving).toContain(':hamigrate:100:');
    expect((await lab.finish(String(moving))).log[0]).toBe('Requesting HA migration for VM 100 to node pve2');
    await lab.control({ do: 'pause', ms: 11_000 });
    await lab.control({ do: 'wait-all-tasks' });
    expect(lab.guest(100)?.node).toBe('pve2');
  });

  test('resources are made, changed and taken out through the API', async () => {
    const lab = new Lab();
    const post = (body: Record<string, string>) => lab.call('POST', '/cluster/ha/resources', { body });
    expect((await post({ sid: 'vm:100', state: 'stopped' })).status).toBe(200);
    expect((await post({ sid: '100' })).reason).toBe(
      "create resource failed: resource ID 'vm:100' already defined",
    );
    expect((await post({ sid: 'vm:555' })).reason).toBe("resource 'vm:555' does not exist in cluster");
    expect((await post({ sid: '555' })).reason).toBe(
      'unable to detect SID from VMID - VM/CT 555 does not exist',
    );
    expect((await lab.call('GET', '/cluster/ha/resources')).data).toMatchObject([
      { sid: 'vm:100', type: 'vm', state: 'stopped' },
    ]);
    await lab.call('PUT', '/cluster/ha/resources/vm:100', { body: { state: 'started' } });
    expect((await lab.call('GET', '/cluster/ha/resources/vm:100')).data).toMatchObject({ state: 'started' });
    expect((await lab.call('DELETE', '/cluster/ha/resources/vm:100')).status).toBe(200);
    expect((await lab.call('DELETE', '/cluster/ha/resources/vm:100')).reason).toBe(
      "cannot delete service 'vm:100', not HA managed!",
    );
    expect((await lab.call('GET', '/cluster/ha/resources/vm:100')).reason).toBe("no such resource 'vm:100'");
  });

  test('comes back with a snapshot of the world', async () => {
    const lab = makeLab();
    await lab.control({ do: 'set-guest', vmid: 9000, ha: 'disabled' });
    await lab.control({ do: 'set-guest', vmid: 100, ha: null });
    await lab.control({ do: 'set-node', node: 'pve2', maintenance: true });
    const [cluster] = lab.simulator.snapshot().clusters;
    expect(cluster?.guests.map(({ vmid, ha }) => [vmid, ha])).toEqual([
      [9000, 'disabled'],
      [9001, undefined],
      [100, undefined],
    ]);
    expect(cluster?.nodes.map(({ maintenance }) => maintenance)).toEqual([false, true]);
  });
});

describe('the manager', () => {
  const status = async (lab: Lab) =>
    z
      .array(z.looseObject({ id: z.string(), status: z.string() }))
      .parse((await lab.call('GET', '/cluster/ha/status/current')).data);

  test('says nothing but the quorum until it has something to do', async () => {
    expect(await status(new Lab())).toEqual([
      { id: 'quorum', type: 'quorum', node: 'pve1', status: 'OK', quorate: 1 },
    ]);
    expect(await status(new Lab(makeCluster({ version: '9.2.11' })))).toMatchObject([
      { id: 'quorum' },
      { id: 'fencing', 'armed-state': 'standby', status: 'standby (CRM watchdog standby)' },
    ]);
  });

  test('tells of a node in maintenance', async () => {
    const lab = makeLab();
    const texts = async () => Object.fromEntries((await status(lab)).map((row) => [row.id, row.status]));
    expect(await texts()).toMatchObject({
      master: expect.stringMatching(/^pve1 \(active, \w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}\)$/),
      'lrm:pve1': expect.stringMatching(/^pve1 \(active, /),
      'lrm:pve2': expect.stringMatching(/^pve2 \(idle, /),
      'service:vm:100': 'vm:100 (pve1, started)',
    });
    await lab.control({ do: 'set-node', node: 'pve2', maintenance: true });
    expect((await texts())['lrm:pve2']).toMatch(/^pve2 \(maintenance mode, /);
    expect((await lab.call('GET', '/cluster/ha/status/manager_status')).data).toMatchObject({
      manager_status: {
        node_status: { pve1: 'online', pve2: 'maintenance' },
        service_status: { 'vm:100': { node: 'pve1' } },
      },
      lrm_status: { pve2: { mode: 'maintenance' } },
      quorum: { quorate: 1 },
    });
    expect(await rowOf(lab, 'node/pve2')).toMatchObject({ status: 'online', hastate: 'maintenance' });
    await lab.control({ do: 'set-node', node: 'pve2', maintenance: false });
    expect((await texts())['lrm:pve2']).toMatch(/^pve2 \(idle, /);
  });
});
