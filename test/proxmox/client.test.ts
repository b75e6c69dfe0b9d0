import { describe, expect, test } from 'vitest';
import { createProxmoxClient } from '../../src/proxmox/client.ts';
import type { ProxmoxClient, ProxmoxClientOptions } from '../../src/proxmox/client.ts';
import { convertToTemplate } from '../../src/proxmox/endpoints/guest-tasks.ts';
import { listGuests } from '../../src/proxmox/endpoints/guests.ts';
import { listNodes } from '../../src/proxmox/endpoints/nodes.ts';
import { getVersion } from '../../src/proxmox/endpoints/version.ts';
import { createLimiter } from '../../src/proxmox/http/limiter.ts';
import { ProxmoxError } from '../../src/proxmox/failures/proxmox-error.ts';
import type { TransportRequest, TransportResponse } from '../../src/proxmox/http/transport.ts';
import { TransportError } from '../../src/proxmox/http/transport.ts';
import { DrivenClock } from '../../src/time/driven-clock.ts';

const minute = 60_000;
const version = { version: '8.4.21', release: '8.4', repoid: 'ab' };
const guest = { kind: 'qemu', node: 'pve1', vmid: 100 } as const;
const template = 'UPID:pve1:0035D677:03AB00C3:66DC5987:qmtemplate:100:hub@pve:';

describe('tickets', () => {
  test('one login for all who come at once; writes carry the CSRF token, reads do not', async () => {
    const { client, requests, logins } = withPassword();
    await Promise.all([getVersion(client), getVersion(client), convertToTemplate(client, guest)]);
    expect(logins()).toEqual(['password']);
    const [, ...others] = requests;
    expect(others.map(({ headers }) => headers['cookie'])).toEqual(Array(3).fill('PVEAuthCookie=PVE:t1'));
    expect(others.map(({ headers }) => headers['csrfpreventiontoken'])).toEqual([
      undefined,
      undefined,
      'csrf1',
    ]);
  });

  test('are renewed by themselves before they end', async () => {
    const { client, clock, logins } = withPassword();
    await getVersion(client);
    await clock.advance(89 * minute);
    await getVersion(client);
    await clock.advance(minute);
    await getVersion(client);
    expect(logins()).toEqual(['password', 'PVE:t1']);
  });

  test('that ended are replaced by a login', async () => {
    const { client, clock, logins } = withPassword();
    await getVersion(client);
    await clock.advance(121 * minute);
    await getVersion(client);
    expect(logins()).toEqual(['password', 'password']);
  });

  test('whose renewal is refused are replaced by a login', async () => {
    const { client, clock, logins } = withPassword({
      onLogin: (word) => (word === 'PVE:t1' ? refused : undefined),
    });
    await getVersion(client);
    await clock.advance(100 * minute);
    await getVersion(client);
    expect(logins()).toEqual(['password', 'PVE:t1', 'password']);
  });

  test('refused once: one new login, and the write is sent again, for a 401 has done nothing', async () => {
    const { client, requests, logins } = withPassword({
      onRequest: (count) => (count === 1 ? refused : undefined),
    });
    expect(await convertToTemplate(client, guest)).toBe(template);
    expect(logins()).toEqual(['password', 'password']);
    expect(requests).toHaveLength(4);
  });

  test('refused twice: it fails', async () => {
    const { client, logins } = withPassword({ onRequest: () => refused });
    expect(await failure(getVersion(client))).toMatchObject({ code: 'UNAUTHENTICATED', status: 401 });
    expect(logins()).toHaveLength(2);
  });

  test('refused for many requests at once: one new login serves them all', async () => {
    const { client, logins } = withPassword({ onRequest: (count) => (count <= 5 ? refused : undefined) });
    await Promise.all(Array.from({ length: 5 }, () => getVersion(client)));
    expect(logins()).toEqual(['password', 'password']);
  });

  test('half of one, for a user with a second factor, says what to do', async () => {
    const half = answer({ ticket: 'PVE:!tfa!x', NeedTFA: 1 });
    const { client } = withPassword({ onLogin: () => half });
    const error = await failure(getVersion(client));
    expect(error.code).toBe('UNAUTHENTICATED');
    expect(error.message).toContain('API token');
  });

  test('the login survives the caller that started it', async () => {
    const { client, logins, clock } = withPassword({ slowLogin: true });
    const controller = new AbortController();
    const impatient = getVersion(client, { signal: controller.signal });
    const patient = getVersion(client);
    controller.abort(new Error('enough'));
    await expect(impatient).rejects.toThrow('enough');
    await letPass(clock, 1_000);
    expect(await patient).toEqual(version);
    expect(logins()).toEqual(['password']);
  });
});

describe('a refused credential', () => {
  test.each(['password', 'token'] as const)(
    '%s: is left alone, with a reason, then tried again',
    async (kind) => {
      const { client, clock, requests } =
        kind === 'token' ? withToken(async () => refused) : withPassword({ onLogin: () => refused });
      const errors = [await failure(getVersion(client)), await failure(getVersion(client))];
      expect(errors.map(({ code }) => code)).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
      expect(errors[1]?.message).toContain('is not sent again before');
      expect(requests).toHaveLength(1);
      await clock.advance(5 * minute);
      await failure(getVersion(client));
      await clock.advance(5 * minute);
      await failure(getVersion(client));
      expect(requests).toHaveLength(2);
      await clock.advance(5 * minute);
      await failure(getVersion(client));
      expect(requests).toHaveLength(3);
    },
  );

  test('nobody opens a client without one', () => {
    const connection = { clusterId: 'lab', host: 'pve', user: 'root@pam', tls: { mode: 'system' } } as const;
    expect(() => createProxmoxClient({ connection, clock: new DrivenClock(), random: () => 0 })).toThrow(
      /neither a token nor user and password/,
    );
  });
});

describe('requests in flight', () => {
  test('are at most 5 a cluster, and the others wait in order', async () => {
    const gate = new Gate();
    const { client, clock } = withToken(gate.pass);
    const all = Promise.all(Array.from({ length: 12 }, () => getVersion(client)));
    for (const expected of [5, 5, 2]) {
      await clock.advance(0);
      expect(gate.waiting).toBe(expected);
      gate.open();
    }
    expect(await all).toHaveLength(12);
  });

  test('are at most as many over all clusters as the shared limiter lets through', async () => {
    const gate = new Gate();
    const limiter = createLimiter(7);
    const clients = [1, 2, 3].map(() => withToken(gate.pass, { limiter }));
    const all = Promise.all(
      clients.flatMap(({ client }) => Array.from({ length: 5 }, () => getVersion(client))),
    );
    for (const expected of [7, 7, 1]) {
      await clients[0]?.clock.advance(0);
      expect(gate.waiting).toBe(expected);
      expect(limiter.running).toBe(expected);
      gate.open();
    }
    await all;
    expect(limiter.running).toBe(0);
  });

  test('that wait for a place can be given up', async () => {
    const gate = new Gate();
    const { client, clock } = withToken(gate.pass, { maxInFlight: 1 });
    const controller = new AbortController();
    const going = getVersion(client);
    const waiting = getVersion(client, { signal: controller.signal });
    await clock.advance(0);
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    gate.open();
    expect(await going).toEqual(version);
  });
});

describe('repeats', () => {
  test('pause longer each time, by clock and chance', async () => {
    const { client, clock, requests } = withToken(async () => unreachable('connect'), { attempts: 4 });
    const failed = failure(getVersion(client));
    const times: number[] = [];
    const start = clock.now();
    for (;;) {
      await clock.advance(0);
      times.push(clock.now() - start);
      if (requests.length === 4) break;
      await clock.advanceToNext();
    }
    expect(times).toEqual([0, 500, 1_500, 3_500]);
    expect(await failed).toMatchObject({ code: 'UNREACHABLE' });
  });

  test('of a write only when the request cannot have arrived', async () => {
    const lost = withToken(async () => unreachable('exchange'), { attempts: 3 });
    expect(await failure(convertToTemplate(lost.client, guest))).toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    expect(lost.requests).toHaveLength(1);
    const away = withToken(async () => unreachable('connect'), { attempts: 3 });
    const failed = failure(convertToTemplate(away.client, guest));
    await letPass(away.clock, minute);
    expect(await failed).toMatchObject({ code: 'UNREACHABLE', retryable: 'safe' });
    expect(away.requests).toHaveLength(3);
  });

  test('of a list that a vanishing guest has spoilt', async () => {
    const gone = refusal(500, "Configuration file 'nodes/pve1/qemu-server/100.conf' does not exist");
    let count = 0;
    const { client, clock } = withToken(async () => ((count += 1) === 1 ? gone : answer([])), {
      attempts: 2,
    });
    const rows = listGuests(client, { kind: 'qemu', node: 'pve1' });
    await letPass(clock, minute);
    expect(await rows).toEqual([]);
  });

  test('end when the caller gives up', async () => {
    const controller = new AbortController();
    const { client, clock } = withToken(async () => unreachable('connect'), { attempts: 9 });
    const call = getVersion(client, { signal: controller.signal });
    await clock.advance(0);
    controller.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
  });
});

test('a silent server is given up after the time limit of the driven clock', async () => {
  const { client, clock } = withToken(() => new Promise(() => {}), { timeouts: { responseMs: 30_000 } });
  const failed = failure(listNodes(client));
  await letPass(clock, 30_000);
  expect(await failed).toMatchObject({ code: 'TIMEOUT', retryable: 'safe' });
  expect(clock.sleeping).toBe(0);
});

test('nothing sleeps on when the answer is there', async () => {
  const { client, clock } = withToken(async () => answer(version));
  await getVersion(client);
  expect(clock.sleeping).toBe(0);
});

const refused = refusal(401, 'authentication failure');

interface PasswordOptions {
  /** What the server says to a login with this word; undefined is a ticket. */
  onLogin?: (word: string) => TransportResponse | undefined;
  /** What it says to the n-th other request; undefined is a good answer. */
  onRequest?: (count: number) => TransportResponse | undefined;
  slowLogin?: boolean;
}

function withPassword({ onLogin, onRequest, slowLogin }: PasswordOptions = {}) {
  const words: string[] = [];
  let count = 0;
  const transport = async ({ path, method, body }: TransportRequest) => {
    if (!path.endsWith('/access/ticket'))
      return onRequest?.((count += 1)) ?? answer(method === 'GET' ? version : template);
    const word = new URLSearchParams(body).get('password') ?? '';
    words.push(word);
    if (slowLogin) await connected.clock.sleep(1_000);
    const ticket = { ticket: `PVE:t${words.length}`, CSRFPreventionToken: `csrf${words.length}` };
    return onLogin?.(word) ?? answer(ticket);
  };
  const connected = connect({ user: 'root@pam', password: 'password' }, transport);
  return { ...connected, logins: () => words };
}

function withToken(
  transport: ProxmoxClientOptions['transport'],
  options: Partial<ProxmoxClientOptions> = {},
) {
  return connect({ token: 'hub@pve!hub=secret' }, transport, options);
}

function connect(
  who: { user?: string; password?: string; token?: string },
  transport: ProxmoxClientOptions['transport'],
  options: Partial<ProxmoxClientOptions> = {},
): { client: ProxmoxClient; clock: DrivenClock; requests: TransportRequest[] } {
  const clock = new DrivenClock();
  const requests: TransportRequest[] = [];
  const client = createProxmoxClient({
    connection: { clusterId: 'lab', host: 'pve', tls: { mode: 'system' }, ...who },
    clock,
    random: () => 0.5,
    attempts: 1,
    transport: async (request) => {
      requests.push(request);
      return (await transport?.(request)) ?? answer(null);
    },
    ...options,
  });
  return { client, clock, requests };
}

/** Holds requests back until it is opened. */
class Gate {
  #held: (() => void)[] = [];

  get waiting(): number {
    return this.#held.length;
  }

  readonly pass = async (): Promise<TransportResponse> => {
    await new Promise<void>((resolve) => this.#held.push(resolve));
    return answer(version);
  };

  open(): void {
    for (const letGo of this.#held.splice(0)) letGo();
  }
}

/** Lets what has begun go to sleep first, then moves the clock. */
async function letPass(clock: DrivenClock, ms: number): Promise<void> {
  await clock.advance(0);
  await clock.advance(ms);
}

function answer(data: unknown): TransportResponse {
  return { status: 200, reason: 'OK', body: JSON.stringify({ data }) };
}

function refusal(status: number, reason: string): TransportResponse {
  return { status, reason, body: '' };
}

function unreachable(phase: 'connect' | 'exchange'): never {
  throw new TransportError({ phase, code: 'ECONNREFUSED', message: 'connect ECONNREFUSED' });
}

async function failure(promise: Promise<unknown>): Promise<ProxmoxError> {
  const error: unknown = await promise.then(
    () => new Error('it succeeded'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof ProxmoxError) return error;
  throw error;
}
