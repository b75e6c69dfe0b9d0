import { describe, expect, test } from 'vitest';
import type { ProxmoxClient } from '../../src/proxmox/client.ts';
import { createProxmoxClient } from '../../src/proxmox/client.ts';
import { listClusterResources } from '../../src/proxmox/endpoints/cluster-resources.ts';
import { getGuestConfig } from '../../src/proxmox/endpoints/guest-config.ts';
import {
  cloneGuest,
  convertToTemplate,
  deleteGuest,
  migrateGuest,
} from '../../src/proxmox/endpoints/guest-tasks.ts';
import { listGuests } from '../../src/proxmox/endpoints/guests.ts';
import { getNextId } from '../../src/proxmox/endpoints/next-id.ts';
import { listNodes } from '../../src/proxmox/endpoints/nodes.ts';
import { listNodeStorages } from '../../src/proxmox/endpoints/storages.ts';
import { getVersion } from '../../src/proxmox/endpoints/version.ts';
import { ProxmoxError } from '../../src/proxmox/failures/proxmox-error.ts';
import type { TaskProgress } from '../../src/proxmox/tasks/wait-for-task.ts';
import { waitForTask } from '../../src/proxmox/tasks/wait-for-task.ts';
import type { FaultInput } from '../../src/simulator/control/fault.ts';
import { drive } from '../../src/simulator/drive.ts';
import { createSimulator } from '../../src/simulator/simulator.ts';
import type { WorldInput } from '../../src/simulator/world.ts';
import { systemClock } from '../../src/time/clock.ts';
import { DrivenClock } from '../../src/time/driven-clock.ts';
import { createSimulatorTransport } from './simulator-transport.ts';

const GiB = 1024 ** 3;
const base = { kind: 'qemu', node: 'pve1', vmid: 9000 } as const;
const copy = { kind: 'qemu', node: 'pve1', vmid: 101 } as const;

const versions = ['7.4-17', '8.4.21', '9.2.11'] as const;

describe.each(versions)('a simulated Proxmox VE %s', (version) => {
  test('lists, clones, migrates and converts', async () => {
    const { client, run, state } = open({ version });
    expect((await run(getVersion(client))).version).toContain(version.split('-')[0]);
    expect(await run(listNodes(client))).toHaveLength(2);
    const progress: TaskProgress[] = [];
    const upid = await run(cloneGuest(client, base, { newid: 101, full: true, description: 'mark' }));
    const cloned = await run(waitForTask(client, { upid, onProgress: (step) => progress.push(step) }));
    expect(cloned).toMatchObject({ outcome: 'ok', exitStatus: 'OK', failure: undefined });
    expect(progress.at(-1)?.percent).toBe(100);
    const moved = await run(migrateGuest(client, copy, { target: 'pve2' }));
    expect(await run(waitForTask(client, { upid: moved }))).toMatchObject({ outcome: 'ok' });
    const there = { ...copy, node: 'pve2' };
    const converted = await run(convertToTemplate(client, there));
    expect(await run(waitForTask(client, { upid: converted ?? '' }))).toMatchObject({ outcome: 'ok' });
    const config = await run(getGuestConfig(client, there));
    expect(config).toMatchObject({ template: true, description: 'mark', tags: ['gold'] });
    expect(config.disks).toMatchObject([{ drive: 'scsi0', storage: 'local', size: GiB, base: true }]);
    expect(state().counts).toMatchObject({ fullClones: 1, migrations: 1, conversions: 1 });
  });

  test('refuses in words that mean the same in every version', async () => {
    const { client, fails } = open({ version });
    expect(await fails(cloneGuest(client, base, { newid: 9001 }))).toBe('VMID_TAKEN');
    expect(await fails(getNextId(client, { vmid: 9000 }))).toBe('VMID_TAKEN');
    expect(await fails(convertToTemplate(client, base))).toBe('ALREADY_TEMPLATE');
    expect(await fails(getGuestConfig(client, copy))).toBe('GUEST_NOT_FOUND');
    expect(await fails(cloneGuest(client, base, { newid: 101, full: true, target: 'pve2' }))).toBe(
      'TARGET_NEEDS_SHARED',
    );
    expect(await fails(cloneGuest(client, { ...base, vmid: 9001 }, { newid: 101, full: false }))).toBe(
      'LINKED_CLONE_UNSUPPORTED',
    );
    expect(await fails(cloneGuest(client, base, { newid: 101, storage: 'nowhere', full: true }))).toBe(
      'STORAGE_UNAVAILABLE',
    );
    expect(await fails(migrateGuest(client, base, { target: 'pve1' }))).toBe('TARGET_IS_LOCAL');
    expect(await fails(cloneGuest(client, base, { newid: 5 }))).toBe('PARAMETER');
  });
});

describe('under a fault', () => {
  test.each([
    [{ kind: 'no-quorum' }, 'NO_QUORUM', 'safe'],
    [{ kind: 'guest-locked', vmid: 9000 }, 'LOCKED', 'safe'],
    [{ kind: 'node-unreachable', node: 'pve1' }, 'NODE_UNREACHABLE', 'safe'],
    [
      { kind: 'cut-connection', when: 'before', method: 'POST', path: 'clone' },
      'OUTCOME_UNKNOWN',
      'unknown-outcome',
    ],
    [
      { kind: 'cut-connection', when: 'after', method: 'POST', path: 'clone' },
      'OUTCOME_UNKNOWN',
      'unknown-outcome',
    ],
    [{ kind: 'daemon-hung', node: 'pve1', method: 'POST' }, 'OUTCOME_UNKNOWN', 'unknown-outcome'],
    [{ kind: 'broken-json', method: 'POST', path: 'clone' }, 'MALFORMED_ANSWER', 'unknown-outcome'],
    [
      { kind: 'slow-answers', ms: 90_000, method: 'POST', path: 'clone' },
      'OUTCOME_UNKNOWN',
      'unknown-outcome',
    ],
  ] as readonly (readonly [FaultInput, string, string])[])(
    'a clone asked for with %j',
    async (fault, code, retryable) => {
      const { client, run, strike } = open({ contact: 'pve2' });
      await strike(fault);
      const error = await run(failure(cloneGuest(client, base, { newid: 101, full: true })));
      expect(error).toMatchObject({ code, retryable });
    },
  );

  test.each([
    [
      { kind: 'storage-locked', storage: 'local' },
      { outcome: 'failed', failure: { code: 'STORAGE_LOCK_TIMEOUT' } },
    ],
    [{ kind: 'copy-fails' }, { outcome: 'failed', failure: { code: 'STORAGE_FULL' } }],
    [{ kind: 'vmid-taken' }, { outcome: 'failed', failure: { code: 'VMID_TAKEN' } }],
    [
      { kind: 'worker-killed', type: 'qmclone' },
      { outcome: 'unknown', failure: { code: 'TASK_UNEXPECTED' } },
    ],
  ] as readonly (readonly [FaultInput, object])[])('a clone under way with %j', async (fault, expected) => {
    const { client, run, strike } = open();
    await strike(fault);
    const upid = await run(cloneGuest(client, base, { newid: 101, full: true }));
    expect(await run(waitForTask(client, { upid }))).toMatchObject(expected);
  });

  test.each([
    ['early', { outcome: 'failed', failure: { code: 'SSH_BROKEN', retryable: 'never' } }],
    ['late', { outcome: 'failed', failure: { code: 'MIGRATION_PROBLEMS', retryable: 'unknown-outcome' } }],
  ] as const)('a migration that breaks %s', async (when, expected) => {
    const { client, run, strike } = open();
    await strike({ kind: 'migration-breaks', when });
    const upid = await run(migrateGuest(client, { ...base, vmid: 9001 }, { target: 'pve2' }));
    expect(await run(waitForTask(client, { upid }))).toMatchObject(expected);
  });

  test('what was cut off after it was done has been done', async () => {
    const { client, run, strike } = open();
    await strike({ kind: 'cut-connection', when: 'after', method: 'DELETE', times: 1 });
    await run(failure(deleteGuest(client, { ...base, vmid: 9001 })));
    await run(client.clock.sleep(10_000));
    const guests = await run(listGuests(client, { kind: 'qemu', node: 'pve1' }));
    expect(guests.map(({ vmid }) => vmid)).toEqual([9000]);
  });

  test('reads are repeated until they work', async () => {
    const { client, run, strike } = open();
    await strike({ kind: 'cut-connection', when: 'before', method: 'GET', times: 1 });
    await strike({ kind: 'broken-json', method: 'GET', times: 1 });
    expect(await run(listNodeStorages(client, 'pve1'))).toHaveLength(1);
  });

  test('a node that is off: the others are read, and it is said which one is missing', async () => {
    const { client, run, strike } = open();
    await strike({ kind: 'node-off', node: 'pve2' });
    const error = await run(failure(listGuests(client, { kind: 'qemu', node: 'pve2' })));
    expect(error).toMatchObject({ code: 'NODE_UNREACHABLE', node: 'pve2', status: 595 });
    expect(await run(listGuests(client, { kind: 'qemu', node: 'pve1' }))).toHaveLength(2);
    const { guests } = await run(listClusterResources(client, { type: 'vm' }));
    expect(guests.map(({ vmid }) => vmid).toSorted((a, b) => a - b)).toEqual([9000, 9001, 9100]);
  });
});

describe('who we are', () => {
  test('a ticket that the server forgot is replaced', async () => {
    const { client, run, forgetTickets } = open();
    await run(getVersion(client));
    await forgetTickets();
    await run(getVersion(client));
    const upid = await run(cloneGuest(client, base, { newid: 101 }));
    expect(await run(waitForTask(client, { upid }))).toMatchObject({ outcome: 'ok' });
  });

  test('a wrong password fails, and is not sent again', async () => {
    const { client, run, clock } = open({ password: 'wrong' });
    expect(await run(failure(getVersion(client)))).toMatchObject({ code: 'UNAUTHENTICATED', status: 401 });
    const before = clock.now();
    expect(await run(failure(getVersion(client)))).toMatchObject({
      code: 'UNAUTHENTICATED',
      status: undefined,
    });
    expect(clock.now()).toBe(before);
  });
});

test('over HTTPS, by authority and by fingerprint', async () => {
  const simulator = createSimulator({ world: world('8.4.21'), clock: systemClock, random: Math.random });
  const [address] = await simulator.listen({ host: '127.0.0.1', port: 0 });
  if (address === undefined) throw new Error('the simulator listens nowhere');
  const { host, port, ca, fingerprint } = address;
  for (const tls of [
    { mode: 'ca', ca },
    { mode: 'fingerprint', sha256: fingerprint },
  ] as const) {
    const client = createProxmoxClient({
      connection: { clusterId: 'lab', host, port, user: 'root@pam', password: 'right', tls },
      clock: systemClock,
      random: Math.random,
    });
    expect(await listNodes(client)).toHaveLength(2);
    expect(await fails(convertToTemplate(client, base))).toBe('ALREADY_TEMPLATE');
    client.close();
  }
  await simulator.close();
});

interface OpenOptions {
  version?: string;
  password?: string;
  /** The node that is talked to. */
  contact?: string;
}

function open({ version = '9.2.11', password = 'right', contact }: OpenOptions = {}) {
  const clock = new DrivenClock();
  const simulator = createSimulator({ world: world(version), clock, random: () => 0.5 });
  const transport = createSimulatorTransport(simulator, { cluster: 'lab', node: contact });
  const client: ProxmoxClient = createProxmoxClient({
    connection: { clusterId: 'lab', host: 'pve1', user: 'root@pam', password, tls: { mode: 'system' } },
    clock,
    random: () => 0.5,
    transport,
  });
  const run = <Result>(promise: Promise<Result>) => drive(clock, promise);
  return {
    client,
    clock,
    run,
    fails: (promise: Promise<unknown>) => run(fails(promise)),
    strike: (fault: FaultInput) => simulator.control({ do: 'fault-on', cluster: 'lab', fault }),
    forgetTickets: () => simulator.control({ do: 'expire-tickets', cluster: 'lab' }),
    state: () => simulator.state().clusters[0] ?? { counts: {} },
  };
}

function world(version: string): WorldInput {
  const disks = [{ key: 'scsi0', storage: 'local', size: GiB, data: GiB, format: 'qcow2' as const }];
  return {
    clusters: [
      {
        id: 'lab',
        name: 'lab',
        version,
        nodes: [{ name: 'pve1' }, { name: 'pve2' }],
        storages: [{ id: 'local', type: 'dir', path: '/var/lib/vz' }],
        users: [{ id: 'root@pam', password: 'right' }],
        guests: [
          { vmid: 9000, node: 'pve1', name: 'base', template: true, config: { tags: 'gold' }, disks },
          { vmid: 9001, node: 'pve1', name: 'plain', disks },
          { vmid: 9100, node: 'pve2', name: 'other', disks },
        ],
      },
    ],
  };
}

async function fails(promise: Promise<unknown>): Promise<string> {
  return (await failure(promise)).code;
}

async function failure(promise: Promise<unknown>): Promise<ProxmoxError> {
  const error: unknown = await promise.then(
    () => new Error('it succeeded'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof ProxmoxError) return error;
  throw error;
}
