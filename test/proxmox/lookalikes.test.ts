/** Servers that are not quite Proxmox, and proxies before it: what they leave out or write otherwise is no fault. */
import { describe, expect, test } from 'vitest';
import { listClusterResources } from '../../src/proxmox/endpoints/cluster-resources.ts';
import { getGuestConfig } from '../../src/proxmox/endpoints/guest-config.ts';
import { getGuestStatus, listGuests } from '../../src/proxmox/endpoints/guests.ts';
import { getTaskStatus, listNodeTasks } from '../../src/proxmox/endpoints/tasks.ts';
import { getVersion } from '../../src/proxmox/endpoints/version.ts';
import type { TransportResponse } from '../../src/proxmox/http/transport.ts';
import { waitForTask } from '../../src/proxmox/tasks/wait-for-task.ts';
import { clientOn } from './recorded.ts';

const upid = 'UPID:pve1:0035D677:03AB00C3:66DC5987:qmclone:9000:hub@pve!t:';
const origin = { upid, node: 'pve1', type: 'qmclone', id: '9000', startTime: 0x66dc5987 };
const guest = { kind: 'qemu', node: 'pve1', vmid: 100 } as const;

function ok(data: unknown): TransportResponse {
  return { status: 200, reason: 'OK', body: JSON.stringify({ data }) };
}

function answering(data: unknown) {
  return clientOn(async () => ok(data));
}

describe('an empty text is none', () => {
  test('an empty lock is no lock, wherever a guest is told of', async () => {
    const row = { vmid: 100, node: 'pve1', type: 'qemu', lock: '', name: '', pool: '', status: 'stopped' };
    const { guests } = await listClusterResources(answering([row]).client);
    expect(guests[0]).toMatchObject({ lock: undefined, name: undefined, pool: undefined });
    expect((await listGuests(answering([row]).client, guest))[0]?.lock).toBeUndefined();
    expect((await getGuestStatus(answering(row).client, guest)).lock).toBeUndefined();
    const config = await getGuestConfig(answering({ digest: 'd', lock: '', parent: '' }).client, guest);
    expect(config).toMatchObject({ lock: undefined, parent: undefined });
  });

  test('a lock that is named is one', async () => {
    expect((await getGuestConfig(answering({ digest: 'd', lock: 'backup' }).client, guest)).lock).toBe(
      'backup',
    );
  });
});

describe('a task', () => {
  test('whose status leaves out node, type, user and start has them in its UPID', async () => {
    const status = await getTaskStatus(answering({ status: 'running' }).client, upid);
    expect(status).toEqual({ ...origin, user: 'hub@pve!t', running: true, exitStatus: undefined });
  });

  test('in a list that tells the UPID only, too', async () => {
    const [row] = await listNodeTasks(answering([{ upid, endtime: 5, status: 'OK' }]).client, 'pve1');
    expect(row).toMatchObject({ ...origin, user: 'hub@pve!t', running: false, exitStatus: 'OK' });
  });

  test('that says more is believed', async () => {
    const said = { node: 'pve2', type: 'qmmove', id: '7', user: 'a@pve', starttime: '5', status: 'stopped' };
    const status = await getTaskStatus(answering(said).client, upid);
    expect(status).toMatchObject({ node: 'pve2', type: 'qmmove', id: '7', user: 'a@pve', startTime: 5 });
  });

  test('with a malformed status is no silent one: waiting for it ends at once', async () => {
    const { client, clock } = answering({ state: 'busy' });
    const before = clock.now();
    await expect(waitForTask(client, { upid })).rejects.toMatchObject({
      code: 'MALFORMED_ANSWER',
      message: expect.stringContaining('status'),
    });
    expect(clock.now()).toBe(before);
  });
});

describe('a ticket', () => {
  const ticket = 'PVE:root@pam:66DC5987::AbC+/d=%3D';
  const credentials = {
    connection: {
      clusterId: 'lab',
      host: 'h',
      user: 'root@pam',
      password: 'secret',
      tls: { mode: 'system' } as const,
    },
  };

  function serve(given: string) {
    return clientOn(
      async ({ path }) =>
        ok(path.endsWith('/ticket') ? { ticket: given } : { version: '8', release: '8', repoid: 'x' }),
      credentials,
    );
  }

  test('is sent as it came', async () => {
    const { client, requests } = serve(ticket);
    await getVersion(client);
    expect(requests[1]?.headers['cookie']).toBe(`PVEAuthCookie=${ticket}`);
  });

  test.each(['a;b', 'a b', 'a\r\nb', ''])(
    'that no cookie can hold (%j) is a malformed answer',
    async (odd) => {
      await expect(getVersion(serve(odd).client)).rejects.toMatchObject({ code: 'MALFORMED_ANSWER' });
    },
  );
});
