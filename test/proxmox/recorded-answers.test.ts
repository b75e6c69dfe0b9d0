import { describe, expect, test } from 'vitest';
import type { ProxmoxClient } from '../../src/proxmox/client.ts';
import { getPermissions } from '../../src/proxmox/endpoints/access.ts';
import { listClusterResources } from '../../src/proxmox/endpoints/cluster-resources.ts';
import { getClusterStatus } from '../../src/proxmox/endpoints/cluster-status.ts';
import { getGuestConfig, updateGuestConfig } from '../../src/proxmox/endpoints/guest-config.ts';
import * as guestTasks from '../../src/proxmox/endpoints/guest-tasks.ts';
import { getGuestStatus, listGuests } from '../../src/proxmox/endpoints/guests.ts';
import { getNextId } from '../../src/proxmox/endpoints/next-id.ts';
import { listNodes } from '../../src/proxmox/endpoints/nodes.ts';
import { listNodeStorages, listStorageDefinitions } from '../../src/proxmox/endpoints/storages.ts';
import * as tasks from '../../src/proxmox/endpoints/tasks.ts';
import { getVersion } from '../../src/proxmox/endpoints/version.ts';
import type { GuestAddress } from '../../src/proxmox/guests/guest.ts';
import type { Exchange } from './recorded.ts';
import { clientOn, readRequest, recorded, toResponse } from './recorded.ts';

interface Asked {
  client: ProxmoxClient;
  /** What the pattern's groups caught: node, then vmid or upid. */
  caught: string[];
  parameters: URLSearchParams;
}

type Ask = (asked: Asked) => Promise<unknown>;

/** Which function of ours asks what was recorded. Keys are method and path, `N` a node, `V` a vmid, `U` a task. */
const asks: Readonly<Record<string, Ask>> = {
  'GET /version': ({ client }) => getVersion(client),
  'GET /cluster/status': ({ client }) => getClusterStatus(client),
  'GET /cluster/resources': ({ client, parameters }) =>
    listClusterResources(client, { type: oneOf(parameters.get('type'), ['vm', 'node', 'storage']) }),
  'GET /cluster/nextid': ({ client, parameters }) =>
    getNextId(client, { vmid: digits(parameters.get('vmid')) }),
  'GET /cluster/tasks': ({ client }) => tasks.listClusterTasks(client),
  'GET /nodes': ({ client }) => listNodes(client),
  'GET /storage': ({ client }) => listStorageDefinitions(client),
  'GET /access/permissions': ({ client }) => getPermissions(client),
  'GET /nodes/N/qemu': ({ client, caught: [node = ''] }) => listGuests(client, { kind: 'qemu', node }),
  'GET /nodes/N/storage': ({ client, caught: [node = ''], parameters }) =>
    listNodeStorages(client, node, {
      content: parameters.get('content') ?? undefined,
      target: parameters.get('target') ?? undefined,
    }),
  'GET /nodes/N/tasks': ({ client, caught: [node = ''] }) => tasks.listNodeTasks(client, node),
  'GET /nodes/N/tasks/U/status': ({ client, caught }) => tasks.getTaskStatus(client, caught[1] ?? ''),
  'GET /nodes/N/tasks/U/log': ({ client, caught }) => tasks.getTaskLog(client, caught[1] ?? ''),
  'DELETE /nodes/N/tasks/U': ({ client, caught }) => tasks.stopTask(client, caught[1] ?? ''),
  'GET /nodes/N/qemu/V/config': ({ client, caught }) => getGuestConfig(client, vm(caught)),
  'GET /nodes/N/qemu/V/status/current': ({ client, caught }) => getGuestStatus(client, vm(caught)),
  'PUT /nodes/N/qemu/V/config': ({ client, caught, parameters }) =>
    updateGuestConfig(client, vm(caught), { set: Object.fromEntries(parameters) }),
  'DELETE /nodes/N/qemu/V': ({ client, caught }) => guestTasks.deleteGuest(client, vm(caught)),
  'POST /nodes/N/qemu/V/clone': ({ client, caught, parameters }) =>
    guestTasks.cloneGuest(client, vm(caught), { newid: digits(parameters.get('newid')) ?? 0 }),
  'POST /nodes/N/qemu/V/migrate': ({ client, caught, parameters }) =>
    guestTasks.migrateGuest(client, vm(caught), { target: parameters.get('target') ?? '' }),
  'POST /nodes/N/qemu/V/template': ({ client, caught }) => guestTasks.convertToTemplate(client, vm(caught)),
  'POST /nodes/N/qemu/V/snapshot': ({ client, caught }) =>
    guestTasks.createSnapshot(client, vm(caught), { snapname: 's1' }),
  'POST /nodes/N/qemu/V/status/start': ({ client, caught }) => guestTasks.startGuest(client, vm(caught)),
  'POST /nodes/N/qemu/V/status/stop': ({ client, caught }) => guestTasks.stopGuest(client, vm(caught)),
  'POST /nodes/N/qemu/V/status/shutdown': ({ client, caught }) =>
    guestTasks.shutdownGuest(client, vm(caught)),
};

const good = recorded.filter(({ response }) => response.status === 200).filter(askFor);

describe.each(['8.4.21', '9.2.11'])('every recorded good answer of %s', (version) => {
  const ofVersion = good.filter(({ pve }) => pve === version);

  test.each(
    ofVersion.map((found) => [`${found.note}: ${found.request.method} ${found.request.path}`, found]),
  )('%s', async (_name, found) => {
    const { answer, asked } = await replay(found);
    expect(asked.method).toBe(found.request.method);
    expect(asked.parts).toEqual(readRequest(found.request).parts.filter((part) => part !== ''));
    if (answer !== undefined && answer !== null) expect(keepsFigures(answer, found)).toBe(true);
  });

  test('are enough to mean something', () => {
    expect(ofVersion.length).toBeGreaterThan(80);
  });
});

test('no endpoint of ours lacks a recorded answer', () => {
  const seen = new Set(good.map((found) => keyOf(found).key));
  expect(Object.keys(asks).filter((key) => !seen.has(key))).toEqual([]);
});

test('a template, its disk and its description are read from a recorded configuration', async () => {
  const found = recorded.find(
    ({ note, request }) => request.path.endsWith('/9000/config') && note.includes('template'),
  );
  const { answer } = await replay(required(found));
  expect(answer).toMatchObject({
    name: 'tmpl-a',
    template: true,
    tags: ['lab', 'base'],
    description: 'hello\nworld',
    memory: 64,
    createdAt: 1795381568,
    uuid: 'b6eed87a-f189-4953-91fc-4bb225f93020',
    disks: [
      {
        drive: 'scsi0',
        storage: 'local',
        volume: 'local:9000/base-9000-disk-0.qcow2',
        size: 2 ** 30,
        base: true,
      },
    ],
  });
});

test('a guest that is too young for statistics is not taken for "no template"', async () => {
  const young = recorded.find(
    ({ response: { body }, request }) =>
      request.path.includes('/cluster/resources') && JSON.stringify(body).includes('"unknown"'),
  );
  const { client } = clientOn(async () => toResponse(required(young)));
  const { guests } = await listClusterResources(client);
  const unknown = guests.filter(({ status }) => status === 'unknown');
  expect(unknown.length).toBeGreaterThan(0);
  expect(unknown.every(({ template }) => template === undefined)).toBe(true);
});

async function replay(found: Exchange) {
  const { client, requests } = clientOn(async () => toResponse(found));
  const { key, caught } = keyOf(found);
  const { parameters } = readRequest(found.request);
  const answer = await asks[key]?.({ client, caught, parameters });
  return { answer, asked: readRequest(required(requests[0])) };
}

function askFor(found: Exchange): boolean {
  return !found.request.path.startsWith('/api2/extjs') && keyOf(found).key in asks;
}

function keyOf({ request }: Exchange): { key: string; caught: string[] } {
  const { parts } = readRequest(request);
  const caught: string[] = [];
  const masked = parts
    .filter((part) => part !== '')
    .map((part, index, all) => mask(part, all[index - 1], caught));
  return { key: `${request.method} /${masked.join('/')}`, caught };
}

function mask(part: string, before: string | undefined, caught: string[]): string {
  const letter = { nodes: 'N', qemu: 'V', tasks: 'U' }[before ?? ''];
  if (letter === undefined) return part;
  caught.push(part);
  return letter;
}

/** Every id, name and size of the answer is somewhere in what was recorded: nothing is made up or garbled. */
function keepsFigures(answer: unknown, found: Exchange): boolean {
  const told = JSON.stringify(found.response.body);
  const ids =
    JSON.stringify(answer).match(/(?<="(?:vmid|node|upid|storage|digest|volume)":"?)[^",}]+/g) ?? [];
  return ids.every((id) => told.includes(id));
}

function vm([node = '', vmid]: string[]): GuestAddress {
  return { kind: 'qemu', node, vmid: Number(vmid) };
}

function digits(value: string | null): number | undefined {
  return value === null ? undefined : Number(value);
}

function oneOf<const Choice extends string>(
  value: string | null,
  choices: readonly Choice[],
): Choice | undefined {
  return choices.find((choice) => choice === value);
}

function required<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('the recordings lack what this test needs');
  return value;
}
