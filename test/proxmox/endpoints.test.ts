import { describe, expect, test } from 'vitest';
import type { ProxmoxClient } from '../../src/proxmox/client.ts';
import { getPermissions, listPools } from '../../src/proxmox/endpoints/access.ts';
import { listClusterResources } from '../../src/proxmox/endpoints/cluster-resources.ts';
import { getClusterStatus } from '../../src/proxmox/endpoints/cluster-status.ts';
import { getFeature, getGuestConfig, updateGuestConfig } from '../../src/proxmox/endpoints/guest-config.ts';
import * as guestTasks from '../../src/proxmox/endpoints/guest-tasks.ts';
import { getGuestStatus, listGuests } from '../../src/proxmox/endpoints/guests.ts';
import { getNextId } from '../../src/proxmox/endpoints/next-id.ts';
import { getNodeStatus, listNodes } from '../../src/proxmox/endpoints/nodes.ts';
import {
  listNodeStorages,
  listStorageContent,
  listStorageDefinitions,
} from '../../src/proxmox/endpoints/storages.ts';
import * as tasks from '../../src/proxmox/endpoints/tasks.ts';
import { getNodeVersion, getVersion } from '../../src/proxmox/endpoints/version.ts';
import { findFaults } from './api-schema.ts';
import { clientOn } from './recorded.ts';

const vm = { kind: 'qemu', node: 'pve1', vmid: 100 } as const;
const ct = { kind: 'lxc', node: 'pve1', vmid: 200 } as const;
const upid = 'UPID:pve1:0035D677:03AB00C3:66DC5987:vzclone:200:hub@pve!t:';
const full = {
  newid: 300,
  name: 'n',
  description: 'd',
  full: true,
  target: 'b',
  storage: 's',
  pool: 'p',
  snapname: 'x',
  bwlimit: 9,
};

/** Every endpoint with every parameter it can send. */
const calls: Readonly<Record<string, (client: ProxmoxClient) => Promise<unknown>>> = {
  getVersion: (client) => getVersion(client),
  getNodeVersion: (client) => getNodeVersion(client, 'pve1'),
  getClusterStatus: (client) => getClusterStatus(client),
  'listClusterResources of all': (client) => listClusterResources(client),
  'listClusterResources of guests': (client) => listClusterResources(client, { type: 'vm' }),
  getNextId: (client) => getNextId(client),
  'getNextId of one': (client) => getNextId(client, { vmid: 300 }),
  listNodes: (client) => listNodes(client),
  getNodeStatus: (client) => getNodeStatus(client, 'pve1'),
  'listGuests of VMs': (client) => listGuests(client, vm),
  'listGuests of containers': (client) => listGuests(client, ct),
  'getGuestStatus of a VM': (client) => getGuestStatus(client, vm),
  'getGuestStatus of a container': (client) => getGuestStatus(client, ct),
  'getGuestConfig of a VM': (client) => getGuestConfig(client, vm),
  'getGuestConfig of a container': (client) => getGuestConfig(client, ct),
  'updateGuestConfig of a VM': (client) =>
    updateGuestConfig(client, vm, {
      set: { description: 'd', protection: false },
      remove: ['tags'],
      digest: 'ab',
    }),
  'updateGuestConfig of a container': (client) =>
    updateGuestConfig(client, ct, { remove: ['tags'], digest: 'ab' }),
  'getFeature of a VM': (client) => getFeature(client, vm, { feature: 'clone', snapname: 's' }),
  'getFeature of a container': (client) => getFeature(client, ct, { feature: 'copy' }),
  'cloneGuest of a VM': (client) => guestTasks.cloneGuest(client, vm, { ...full, format: 'qcow2' }),
  'cloneGuest of a container': (client) => guestTasks.cloneGuest(client, ct, { ...full, format: 'qcow2' }),
  'migrateGuest of a VM': (client) =>
    guestTasks.migrateGuest(client, vm, {
      target: 'b',
      targetStorage: 's',
      bwlimit: 9,
      online: true,
      withLocalDisks: true,
    }),
  'migrateGuest of a container': (client) =>
    guestTasks.migrateGuest(client, ct, { target: 'b', targetStorage: 's', bwlimit: 9, restart: true }),
  'convertToTemplate of a VM': (client) => guestTasks.convertToTemplate(client, vm, { disk: 'scsi0' }),
  'convertToTemplate of a container': (client) => guestTasks.convertToTemplate(client, ct),
  'deleteGuest of a VM': (client) =>
    guestTasks.deleteGuest(client, vm, { purge: true, destroyUnreferencedDisks: false }),
  'deleteGuest of a container': (client) => guestTasks.deleteGuest(client, ct, { purge: true }),
  startGuest: (client) => guestTasks.startGuest(client, vm),
  stopGuest: (client) => guestTasks.stopGuest(client, vm),
  shutdownGuest: (client) => guestTasks.shutdownGuest(client, vm, { timeout: 5, forceStop: true }),
  listNodeStorages: (client) =>
    listNodeStorages(client, 'pve1', { content: 'images', target: 'b', enabled: true }),
  listStorageContent: (client) =>
    listStorageContent(client, { node: 'pve1', storage: 's' }, { content: 'images', vmid: 100 }),
  listStorageDefinitions: (client) => listStorageDefinitions(client),
  listNodeTasks: (client) =>
    tasks.listNodeTasks(client, 'pve1', {
      source: 'all',
      vmid: 100,
      typefilter: 'qmclone',
      since: 1,
      limit: 5,
    }),
  listClusterTasks: (client) => tasks.listClusterTasks(client),
  getTaskStatus: (client) => tasks.getTaskStatus(client, upid),
  getTaskLog: (client) => tasks.getTaskLog(client, upid, { start: 0, limit: 0 }),
  stopTask: (client) => tasks.stopTask(client, upid),
  getPermissions: (client) => getPermissions(client, { path: '/vms/100' }),
  listPools: (client) => listPools(client),
};

test.each(Object.entries(calls))('%s asks for nothing that Proxmox does not know', async (_name, call) => {
  const { client, requests } = clientOn(async () => answer(null));
  // Whether an answer of null suits is another matter; here the request counts.
  await Promise.allSettled([call(client)]);
  expect(requests.flatMap(findFaults)).toEqual([]);
  expect(requests).toHaveLength(1);
});

test('the schema does find what is wrong', () => {
  const request = {
    method: 'POST',
    path: '/api2/json/nodes/a/lxc/200/clone',
    headers: {},
    body: 'name=x',
  } as const;
  expect(findFaults(request)).toEqual(['name is not a parameter', 'newid is missing']);
  expect(findFaults({ ...request, method: 'PUT' })).toHaveLength(1);
});

describe('containers', () => {
  test('are called by their host name and migrate with a hyphen', async () => {
    const { client, requests } = clientOn(async () => answer(upid));
    await guestTasks.cloneGuest(client, ct, { newid: 300, name: 'web' });
    await guestTasks.migrateGuest(client, ct, { target: 'b', targetStorage: 's' });
    expect(requests.map(({ body }) => body)).toEqual(['newid=300&hostname=web', 'target=b&target-storage=s']);
  });

  test('become templates without a word about the task', async () => {
    const { client } = clientOn(async () => answer(null));
    expect(await guestTasks.convertToTemplate(client, ct)).toBeNull();
  });

  test('have mount points in place of drives', async () => {
    const config = {
      hostname: 'web',
      template: '1',
      digest: 'ab',
      memory: '512',
      rootfs: 'zfs:basevol-200-disk-0,size=8G',
      mp0: 'zfs:subvol-200-disk-1,mp=/srv,size=1G',
      lxc: [['lxc.apparmor.profile', 'unconfined']],
    };
    const { client } = clientOn(async () => answer(config));
    const found = await getGuestConfig(client, ct);
    expect(found).toMatchObject({ name: 'web', template: true, memory: 512, tags: [], protection: false });
    expect(found.disks.map(({ drive, base }) => [drive, base])).toEqual([
      ['mp0', false],
      ['rootfs', true],
    ]);
  });

  test('have string ids in old versions', async () => {
    const { client } = clientOn(async () =>
      answer([{ vmid: '200', name: 'web', status: 'stopped', template: '' }]),
    );
    expect(await listGuests(client, ct)).toMatchObject([{ vmid: 200, template: false, tags: [] }]);
  });
});

describe('answers', () => {
  test('of a stand-alone node: it may always write', async () => {
    const row = { type: 'node', id: 'node/pve3', name: 'pve3', nodeid: 0, local: 1, online: '1', level: '' };
    const { client } = clientOn(async () => answer([row]));
    expect(await getClusterStatus(client)).toEqual({
      name: undefined,
      quorate: true,
      members: [{ name: 'pve3', nodeId: 0, ip: undefined, online: true, local: true }],
    });
  });

  test('about guests, nodes, storages and what is none of them', async () => {
    const rows = [
      {
        id: 'qemu/9000',
        type: 'qemu',
        vmid: '9000',
        node: 'pve1',
        status: 'stopped',
        name: 'deb12',
        template: 1,
        tags: 'gold;linux',
      },
      { id: 'lxc/105', type: 'lxc', vmid: 105, node: 'pve3', status: 'unknown' },
      { id: 'node/pve1', type: 'node', node: 'pve1', status: 'online', maxcpu: 2, cpu: '0.5' },
      {
        id: 'storage/pve1/nfs',
        type: 'storage',
        storage: 'nfs',
        node: 'pve1',
        status: 'available',
        shared: '1',
        content: 'images,iso',
        plugintype: 'nfs',
      },
      { id: 'sdn/pve1/localnetwork', type: 'sdn', node: 'pve1', sdn: 'localnetwork', status: 'ok' },
      { id: 'network/pve1/zone/x', type: 'network', network: 'x', node: 'pve1', status: 'ok' },
    ];
    const { client } = clientOn(async () => answer(rows));
    const { guests, nodes, storages } = await listClusterResources(client);
    expect(guests).toMatchObject([
      { kind: 'qemu', vmid: 9000, node: 'pve1', template: true, tags: ['gold', 'linux'] },
      { kind: 'lxc', vmid: 105, node: 'pve3', template: undefined, name: undefined },
    ]);
    expect(nodes).toMatchObject([{ node: 'pve1', status: 'online', cores: 2, cpu: 0.5 }]);
    expect(storages).toMatchObject([
      { storage: 'nfs', available: true, shared: true, content: ['images', 'iso'] },
    ]);
  });

  test('about features, volumes and a node', async () => {
    const feature = clientOn(async () => answer({ hasFeature: '1', nodes: ['a', 'b'] }));
    expect(await getFeature(feature.client, vm, { feature: 'clone' })).toEqual({
      has: true,
      nodes: ['a', 'b'],
    });
    const content = clientOn(async () =>
      answer([{ volid: 'l:base-1-disk-0', vmid: '100', size: '1024', format: 'raw', parent: null }]),
    );
    expect(await listStorageContent(content.client, { node: 'a', storage: 'l' })).toEqual([
      {
        volume: 'l:base-1-disk-0',
        vmid: 100,
        size: 1024,
        format: 'raw',
        parent: undefined,
        content: undefined,
      },
    ]);
    const node = clientOn(async () =>
      answer({ loadavg: ['0.1', '0.2', '0.3'], memory: { total: 5, used: '2' } }),
    );
    expect(await getNodeStatus(node.client, 'a')).toMatchObject({
      load: [0.1, 0.2, 0.3],
      memory: { total: 5, used: 2 },
    });
  });

  test('about storages that only some nodes may use', async () => {
    const { client } = clientOn(async () =>
      answer([
        { storage: 'l', type: 'lvmthin', content: 'images', nodes: 'a,b', disable: 1 },
        { storage: 'n', type: 'nfs', content: 'images', shared: 1 },
      ]),
    );
    expect(await listStorageDefinitions(client)).toMatchObject([
      { storage: 'l', nodes: ['a', 'b'], disabled: true, shared: false },
      { storage: 'n', nodes: undefined, disabled: false, shared: true },
    ]);
  });

  test('about tasks: running ones have no end, whatever list they are in', async () => {
    const row = { upid, node: 'pve1', type: 'vzclone', id: '200', user: 'hub@pve', starttime: 1 };
    const { client } = clientOn(async () =>
      answer([{ ...row, status: 'RUNNING' }, row, { ...row, id: '', endtime: 2, status: 'OK' }]),
    );
    const rows = await tasks.listNodeTasks(client, 'pve1');
    expect(rows.map(({ running, exitStatus, id }) => [running, exitStatus, id])).toEqual([
      [true, undefined, '200'],
      [true, undefined, '200'],
      [false, 'OK', undefined],
    ]);
  });

  test('about a log that is empty or cannot be opened', async () => {
    const empty = clientOn(async () => answer([{ n: 1, t: 'no content' }]));
    expect(await tasks.getTaskLog(empty.client, upid)).toEqual({ lines: [] });
    const gone = clientOn(async () => answer({ n: 1, t: 'unable to open file' }));
    expect(await tasks.getTaskLog(gone.client, upid)).toEqual({ lines: ['unable to open file'] });
  });
});

function answer(data: unknown) {
  return { status: 200, reason: 'OK', body: JSON.stringify({ data }) };
}
