import { describe, expect, it } from 'vitest';

import type { Difference } from './difference.ts';
import { markFollowing } from './following.ts';
import type { Json } from './json.ts';
import type { ExchangeResult } from './result.ts';

const upid = 'UPID:pve1:00000146:00037FD3:6B035940:qmclone:9000:root@pam:';

interface Asked {
  readonly request: string;
  readonly body?: string;
  readonly data?: Json;
  /** Places that differ; none: it matched. */
  readonly where?: readonly string[];
}

function resultOf({ request, body, data = null, where = [] }: Asked, index: number): ExchangeResult {
  const [method = 'GET', path = '/'] = request.split(' ');
  const differences = where.map((place): Difference => ({ kind: 'text', where: place }));
  return {
    exchange: {
      series: 's',
      pve: '8.4.21',
      note: 'try',
      node: 'pve1',
      seconds: 0,
      index,
      request: { method, path: `/api2/json${path}`, headers: {}, body: body ?? null },
      response: { status: 200, reason: 'OK', headers: [], body: { data } },
    },
    outcome: where.length > 0 ? 'different' : 'matched',
    differences,
  };
}

const follow = (...asked: readonly Asked[]) =>
  markFollowing(asked.map(resultOf)).map((result) => result.follows?.index);

const clone = { request: 'POST /nodes/pve1/qemu/9000/clone', body: 'newid=101', data: upid };
const status = { request: `GET /nodes/pve1/tasks/${encodeURIComponent(upid)}/status` };
const log = { request: `GET /nodes/pve1/tasks/${encodeURIComponent(upid)}/log` };
const config = (vmid: number) => ({ request: `GET /nodes/pve1/qemu/${vmid}/config` });

describe('markFollowing', () => {
  it('leaves the first difference, and what has nothing to do with it', () => {
    expect(
      follow({ ...clone, where: ['reason'] }, { ...config(102), where: ['data.name'] }, { ...config(101) }),
    ).toEqual([undefined, undefined, undefined]);
  });

  it('marks the task of a request that went another way, and the guest it made', () => {
    expect(
      follow(
        { ...clone, where: ['reason'] },
        { ...status, where: ['data.exitstatus'] },
        { ...log, where: ['data log lines'] },
        { ...config(101), where: ['status'] },
      ),
    ).toEqual([undefined, 0, 0, 0]);
  });

  it('marks what a task left that ended another way, but not its source', () => {
    expect(
      follow(
        clone,
        { ...status, where: ['data.exitstatus'] },
        { ...config(101), where: ['status'] },
        { ...config(9000), where: ['data.name'] },
      ),
    ).toEqual([undefined, undefined, 1, undefined]);
  });

  it('marks a list that differs in nothing but such guests', () => {
    const list = { request: 'GET /cluster/resources?type=vm' };
    const cause = { ...clone, where: ['reason'] };
    expect(follow(cause, { ...list, where: ['data[id=qemu/101].name'] })).toEqual([undefined, 0]);
    expect(follow(cause, { ...list, where: ['data[vmid=101].name', 'data[vmid=1010].name'] })).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('marks a question that is answered wrongly again in the same way', () => {
    const ask = { ...config(101), where: ['data.name'] };
    expect(follow(ask, ask, { ...ask, where: ['data.cores'] })).toEqual([undefined, 0, undefined]);
  });
});
