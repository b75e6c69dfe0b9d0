/** Hosts and users as people have them, on the command line: IPv6, lists of nodes, an @ in the user's name. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { makeFolder, runHub, runHubHere, startHub, type RunningHub } from './support.ts';

const place = makeFolder();
let simulator: RunningHub;
let port = 0;
let fingerprint = '';
let otherFingerprint = '';

const user = 'jane.doe@example.com@entra';
const secret = '00000000-0000-4000-8000-000000000001';
const world = {
  clusters: [
    {
      id: 'lab',
      name: null,
      host: '::1',
      nodes: [{ name: 'pve1' }, { name: 'pve2', host: '127.0.0.21' }],
      storages: [{ id: 'data', type: 'dir' }],
      users: [{ id: user }],
      tokens: [{ user, id: 'hub', secret, privsep: false }],
      acl: [{ path: '/', id: user, role: 'Administrator' }],
      guests: [{ vmid: 9000, node: 'pve1', name: 'debian', template: true }],
    },
  ],
};

beforeAll(async () => {
  writeFileSync(join(place.folder, 'world.json'), JSON.stringify(world));
  simulator = startHub(['simulator', '--world', 'world.json', '--json'], place);
  const [line] = await simulator.waitFor(/^\{"addresses":.*$/);
  const schema = z.object({ addresses: z.array(z.object({ url: z.string(), fingerprint: z.string() })) });
  const [address, other] = schema.parse(JSON.parse(line)).addresses;
  port = Number(new URL(address?.url ?? '').port);
  fingerprint = address?.fingerprint ?? '';
  otherFingerprint = other?.fingerprint ?? '';
});

afterAll(async () => {
  simulator.kill();
  await simulator.ended;
  place.remove();
});

function hub(...words: string[]) {
  return runHubHere(words, place);
}

function configure(entry: Record<string, unknown>): void {
  const token = `${user}!hub=${secret}`;
  writeFileSync(
    join(place.folder, 'clusters.json'),
    JSON.stringify([{ id: 'lab', token, fingerprint, ...entry }]),
  );
}

describe('a cluster', () => {
  it.each([
    ['[::1]:port', () => ({ host: `[::1]:${port}` })],
    ['::1 and a port', () => ({ host: '::1', port })],
    ['[::1] and a port', () => ({ host: '[::1]', port })],
    ['a list whose first node is off', () => ({ host: ['127.0.0.9:9', `[::1]:${port}`] })],
  ])('written as %s is scanned, by a user with an @ in the name', async (_what, entry) => {
    configure(entry());
    const { code, stdout, stderr } = await runHub(['scan', '--json'], place);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject([{ cluster: { templateCount: 1, lastErrorCode: null } }]);
  });

  it('at an IPv6 address is printed as [::1]:port', async () => {
    configure({ host: `[::1]:${port}` });
    expect(await hub('scan')).toMatchObject({ code: 0 });
    expect((await hub('cluster', 'list')).stdout).toContain(`[::1]:${port}`);
    expect((await hub('config', 'print')).stdout).toContain(`[::1]:${port}`);
  });

  it('can be probed and pinned by such a place', async () => {
    configure({ host: `[::1]:${port}`, fingerprint: undefined });
    expect((await hub('cluster', 'probe', `[::1]:${port}`)).stdout).toContain(`fingerprint  ${fingerprint}`);
    expect((await hub('cluster', 'pin', 'lab')).stdout).toContain(fingerprint);
  });

  it('whose nodes have several certificates has each pinned', async () => {
    configure({ host: [`[::1]:${port}`, `127.0.0.21:${port}`], fingerprint: undefined });
    const { code, stdout } = await hub('cluster', 'pin', 'lab', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ fingerprint: [fingerprint, otherFingerprint] });
    expect((await hub('scan')).code).toBe(0);
  });
});

describe('a connection that fails names the next command', () => {
  it('for a certificate that nobody trusts', async () => {
    configure({ host: `[::1]:${port}`, fingerprint: undefined });
    expect((await hub('scan')).stderr).toContain('hub cluster pin lab');
  });

  it('for a certificate that is another than the pinned one, both in one notation', async () => {
    configure({ host: `[::1]:${port}`, fingerprint: 'ab'.repeat(32) });
    const { stderr } = await hub('scan');
    expect(stderr).toContain('hub cluster pin lab --replace');
    expect(stderr).toContain(`shows a certificate with SHA-256 fingerprint ${fingerprint}`);
    expect(stderr).toContain(`pinned is ${Array(32).fill('AB').join(':')}`);
  });

  it('for a place where nobody answers', async () => {
    configure({ host: '127.0.0.9:9' });
    expect((await hub('scan')).stderr).toContain('hub cluster probe lab');
  });

  it('for a token that is refused', async () => {
    configure({ host: `[::1]:${port}`, token: `${user}!hub=wrong` });
    expect((await hub('scan')).stderr).toContain('hub doctor --cluster lab');
  });
});
