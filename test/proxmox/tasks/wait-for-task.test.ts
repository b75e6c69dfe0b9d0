import { describe, expect, test } from 'vitest';
import { isProxmoxError } from '../../../src/proxmox/failures/proxmox-error.ts';
import type { TransportResponse } from '../../../src/proxmox/http/transport.ts';
import type {
  TaskProgress,
  TaskResult,
  WaitForTaskOptions,
} from '../../../src/proxmox/tasks/wait-for-task.ts';
import { waitForTask } from '../../../src/proxmox/tasks/wait-for-task.ts';
import { clientOn } from '../recorded.ts';

const upid = 'UPID:pve1:0035D677:03AB00C3:66DC5987:qmclone:9000:hub@pve!t:';
const running = status({ status: 'running' });
const noSuchTask = refusal(400, 'Parameter verification failed.', { errors: { upid: 'no such task' } });
const nodeDown = refusal(595, 'No route to host');

describe('a task', () => {
  test.each([
    ['OK', { outcome: 'ok', failure: undefined }],
    ['WARNINGS: 2', { outcome: 'warnings', failure: undefined }],
    ['VM is locked (backup)', { outcome: 'failed', failure: { code: 'LOCKED', retryable: 'safe' } }],
    ['what nobody has seen', { outcome: 'failed', failure: { code: 'TASK_FAILED', retryable: 'never' } }],
    [
      'unexpected status',
      { outcome: 'unknown', failure: { code: 'TASK_UNEXPECTED', retryable: 'unknown-outcome' } },
    ],
  ])('that ends with %s', async (exitStatus, expected) => {
    const { result } = await run([running, running, ended(exitStatus)], ['one', 'two']);
    expect(result).toMatchObject({ upid, exitStatus, logTail: ['one', 'two'], ...expected });
  });

  test('whose reason stands only in the log', async () => {
    const log = [
      'create full clone',
      'qemu-img: error while writing: No space left on device',
      'TASK ERROR: clone failed',
    ];
    const { result } = await run([ended("clone failed: copy failed: command '…' failed: exit code 1")], log);
    expect(result.failure).toEqual({ code: 'STORAGE_FULL', retryable: 'never' });
  });

  test('a migration that failed late stays one that has moved the guest', async () => {
    const { result } = await run([ended('migration problems')], ['ERROR: No space left on device']);
    expect(result.failure).toEqual({ code: 'MIGRATION_PROBLEMS', retryable: 'unknown-outcome' });
  });

  test('is asked for fast at first, then every 5 s at most', async () => {
    const { pauses } = await run([...Array<TransportResponse>(20).fill(running), ended('OK')]);
    expect(pauses.slice(0, 3)).toEqual([250, 375, 563]);
    expect(Math.max(...pauses)).toBe(5_000);
    expect(pauses.slice(-3)).toEqual([5_000, 5_000, 5_000]);
  });

  test('tells of its progress as the log grows, each step once', async () => {
    const log = [
      'create full clone of drive scsi0 (local:9000/base-9000-disk-0.qcow2)',
      'transferred 0.0 B of 10.0 GiB (0.00%)',
      'transferred 1.2 GiB of 10.0 GiB (12.00%)',
      'transferred 10.0 GiB of 10.0 GiB (100.00%)',
    ];
    const { progress } = await run([running, running, running, running, running, ended('OK')], log, {
      growing: true,
    });
    expect(progress.map(({ percent }) => percent)).toEqual([0, 12, 100]);
    expect(progress[1]).toEqual({ transferred: Math.round(1.2 * 2 ** 30), total: 10 * 2 ** 30, percent: 12 });
  });

  test('keeps only the end of a long log', async () => {
    const log = Array.from({ length: 1_203 }, (_, index) => `line ${index + 1}`);
    const { result } = await run([ended('OK')], log);
    expect(result.logTail).toHaveLength(40);
    expect(result.logTail.at(-1)).toBe('line 1203');
  });
});

describe('waiting survives', () => {
  test('a task that is not found just after its start', async () => {
    const { result } = await run([noSuchTask, noSuchTask, running, ended('OK')]);
    expect(result.outcome).toBe('ok');
  });

  test('a node that is silent for a while', async () => {
    const silent = Array<TransportResponse>(30).fill(nodeDown);
    const told: string[] = [];
    const onSilence = (reason: string) => void told.push(reason);
    const statuses = [running, ...silent, running, ...silent, ended('OK')];
    const { result } = await run(statuses, [], { onSilence });
    expect(result.outcome).toBe('ok');
    expect(told).toEqual(['No route to host', 'No route to host']);
  });

  test('a log that cannot be read', async () => {
    const { result } = await run([running, ended('OK')], undefined);
    expect(result).toMatchObject({ outcome: 'ok', logTail: [] });
  });
});

describe('waiting ends without knowing', () => {
  test('when the task is never found', async () => {
    const { result } = await run([noSuchTask]);
    expect(result).toMatchObject({
      outcome: 'unknown',
      exitStatus: 'no such task',
      failure: { code: 'TASK_NOT_FOUND' },
    });
  });

  test('when the task was there and is gone', async () => {
    const { result, pauses } = await run([running, noSuchTask]);
    expect(result.outcome).toBe('unknown');
    expect(pauses).toHaveLength(1);
  });

  test('when the node stays silent', async () => {
    const { result } = await run([running, nodeDown], [], { silenceLimitMs: 60_000 });
    expect(result).toMatchObject({
      outcome: 'unknown',
      failure: { code: 'NODE_UNREACHABLE', retryable: 'unknown-outcome' },
    });
    expect(result.exitStatus).toContain('No route to host');
  });
});

test('what waiting does not mend is thrown', async () => {
  const forbidden = refusal(403, 'Permission check failed (/nodes/pve1, Sys.Audit)');
  const error = await run([running, forbidden]).catch((thrown: unknown) => thrown);
  expect(isProxmoxError(error, 'FORBIDDEN')).toBe(true);
});

test('waiting can be given up', async () => {
  const controller = new AbortController();
  const waiting = run([running, running], [], { signal: controller.signal });
  controller.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
});

type RunOptions = Pick<WaitForTaskOptions, 'signal' | 'silenceLimitMs' | 'onSilence'> & { growing?: boolean };

/** Runs to the end on a driven clock. The last status is repeated for ever; a growing log shows one line more a poll. */
async function run(
  statuses: readonly TransportResponse[],
  log: readonly string[] | undefined = [],
  options: RunOptions = {},
) {
  const { growing, ...rest } = options;
  let polls = 0;
  const { client, clock } = clientOn(async ({ path }) => {
    if (path.includes('/status')) return statuses[Math.min(polls++, statuses.length - 1)] ?? running;
    return logAnswer(path, growing ? log.slice(0, polls) : log);
  });
  const progress: TaskProgress[] = [];
  let result: TaskResult | undefined;
  const waiting = waitForTask(client, { upid, onProgress: (step) => progress.push(step), ...rest }).then(
    (end) => {
      result = end;
      return end;
    },
  );
  const pauses: number[] = [];
  const failed = waiting.then(
    () => false,
    () => true,
  );
  for (;;) {
    await clock.advance(0);
    const before = clock.now();
    if (!(await clock.advanceToNext())) break;
    pauses.push(clock.now() - before);
  }
  if (await failed) await waiting;
  if (result === undefined) throw new Error('nobody waits, and no result');
  return { result, progress, pauses };
}

function logAnswer(path: string, log: readonly string[] | undefined): TransportResponse {
  if (log === undefined) return refusal(500, 'no log');
  const query = new URL(path, 'https://any').searchParams;
  const start = Number(query.get('start') ?? 0);
  const lines = log.slice(start, start + Number(query.get('limit')));
  const rows = lines.map((t, index) => ({ n: start + index + 1, t }));
  return ok(rows.length === 0 && start === 0 ? [{ n: 1, t: 'no content' }] : rows);
}

function ended(exitStatus: string): TransportResponse {
  return status({ status: 'stopped', exitstatus: exitStatus });
}

function status(rest: object): TransportResponse {
  return ok({
    upid,
    node: 'pve1',
    type: 'qmclone',
    id: '9000',
    user: 'hub@pve',
    starttime: '1725716871',
    ...rest,
  });
}

function ok(data: unknown): TransportResponse {
  return { status: 200, reason: 'OK', body: JSON.stringify({ data }) };
}

function refusal(code: number, reason: string, body?: object): TransportResponse {
  return { status: code, reason, body: body ? JSON.stringify({ data: null, ...body }) : '' };
}
