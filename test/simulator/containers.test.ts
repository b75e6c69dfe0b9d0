import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Lab, makeCluster } from './support.ts';

const gibi = 1024 ** 3;

function makeLab(type: 'dir' | 'lvmthin' = 'lvmthin', version = '8.4.21'): Lab {
  return new Lab(
    makeCluster({
      version,
      storages: [
        { id: 'local', type, content: ['rootdir'] },
        { id: 'tank', type: 'nfs', content: ['rootdir'] },
      ],
      guests: [
        {
          vmid: 9100,
          type: 'lxc',
          node: 'pve1',
          name: 'base',
          template: true,
          config: { net0: 'name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:00:09', memory: '512' },
          disks: [{ key: 'rootfs', storage: 'local', size: 2 * gibi, data: gibi }],
        },
        {
          vmid: 200,
          type: 'lxc',
          node: 'pve1',
          name: 'plain',
          disks: [{ key: 'rootfs', storage: 'local', size: gibi }],
        },
      ],
    }),
  );
}

const path = '/nodes/pve1/lxc/9100/clone';

describe('containers', () => {
  test('a linked clone keeps the host name of its template', async () => {
    const lab = makeLab();
    expect((await lab.run('POST', path, { body: { newid: '201' } })).exit).toBe('OK');
    expect(lab.guest(201)).toMatchObject({ name: 'base', config: { rootfs: 'local:vm-201-disk-0,size=2G' } });
  });

  test('on directories there are no linked clones', async () => {
    const refused = await makeLab('dir').call('POST', path, { body: { newid: '201' } });
    expect(refused.reason).toBe(
      "Linked clone feature for 'local:9100/base-9100-disk-0.raw' is not available",
    );
  });

  test('the source is locked while it is cloned', async () => {
    const lab = makeLab();
    const first = await lab.call('POST', path, { body: { newid: '201', full: '1' } });
    expect(lab.guest(9100)?.lock).toBe('disk');
    expect((await lab.call('POST', path, { body: { newid: '202', full: '1' } })).reason).toBe(
      'CT is locked (disk)',
    );
    await lab.finish(z.string().parse(first.data));
    expect([lab.guest(9100)?.lock, lab.guest(201)?.lock]).toEqual([undefined, undefined]);
  });

  test('with a target the storage that is asked for counts', async () => {
    const lab = makeLab();
    const local = await lab.call('POST', path, { body: { newid: '201', full: '1', target: 'pve2' } });
    expect(local.reason).toBe("can't clone CT to node 'pve2' (CT uses local storage)");
    const shared = await lab.run('POST', path, {
      body: { newid: '201', full: '1', target: 'pve2', storage: 'tank' },
    });
    expect([shared.exit, lab.guest(201)?.node]).toEqual(['OK', 'pve2']);
  });

  test('an id is checked on the whole cluster', async () => {
    const { reason } = await makeLab().call('POST', path, { body: { newid: '200' } });
    expect(reason).toBe("CT 200 already exists on node 'pve1'");
  });

  test('converting answers null while a task runs', async () => {
    const lab = makeLab();
    expect((await lab.call('POST', '/nodes/pve1/lxc/200/template')).data).toBeNull();
    await lab.control({ do: 'wait-all-tasks' });
    expect(lab.guest(200)).toMatchObject({
      template: true,
      config: { rootfs: 'local:base-200-disk-0,size=1G' },
    });
  });

  test('migrate and destroy', async () => {
    const lab = makeLab();
    const moved = await lab.run('POST', '/nodes/pve1/lxc/200/migrate', { body: { target: 'pve2' } });
    expect([moved.exit, lab.guest(200)?.node]).toEqual(['OK', 'pve2']);
    await lab.fault({ kind: 'guest-locked', vmid: 200 });
    expect((await lab.call('DELETE', '/nodes/pve2/lxc/200')).reason).toBe('CT is locked (backup)');
    await lab.control({ do: 'fault-off' });
    expect((await lab.run('DELETE', '/nodes/pve2/lxc/200')).exit).toBe('OK');
  });

  test('whether one runs is asked in the request', async () => {
    const lab = makeLab();
    const change = async (how: string) =>
      (await lab.call('POST', `/nodes/pve1/lxc/200/status/${how}`)).reason;
    expect(await change('stop')).toBe('CT 200 not running');
    expect((await lab.run('POST', '/nodes/pve1/lxc/200/status/start')).exit).toBe('OK');
    expect(await change('start')).toBe('CT 200 already running');
  });

  test('lists: the id is a text in 7.4; GET migrate exists from 9.0 on', async () => {
    const list = async (version: string) =>
      (await makeLab('lvmthin', version).call('GET', '/nodes/pve1/lxc')).data;
    expect(await list('7.4-17')).toContainEqual(
      expect.objectContaining({ vmid: '9100', type: 'lxc', template: 1 }),
    );
    expect(await list('8.4.21')).toContainEqual(expect.objectContaining({ vmid: 9100 }));
    const precheck = async (version: string) =>
      (await makeLab('lvmthin', version).call('GET', '/nodes/pve1/lxc/200/migrate')).status;
    expect([await precheck('8.4.21'), await precheck('9.2.11')]).toEqual([501, 200]);
  });
});
