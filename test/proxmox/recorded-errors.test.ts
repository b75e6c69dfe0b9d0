import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { pathOf } from '../../src/proxmox/http/call.ts';
import { classifyExitStatus, judgeExitStatus } from '../../src/proxmox/failures/classify.ts';
import type { ProxmoxErrorCode, Retryable } from '../../src/proxmox/failures/failure-codes.ts';
import { ProxmoxError } from '../../src/proxmox/failures/proxmox-error.ts';
import type { TransportResponse } from '../../src/proxmox/http/transport.ts';
import type { Exchange } from './recorded.ts';
import { clientOn, readRequest, recorded, toOldResponse, toResponse } from './recorded.ts';

/** What the recorded refusals mean, by the note of whoever reads them: status, words, class. */
const expectations: readonly (readonly [number, RegExp, ProxmoxErrorCode, Retryable])[] = [
  [400, /vmid: VM \d+ already exists/, 'VMID_TAKEN', 'never'],
  [400, /upid: no such task/, 'TASK_NOT_FOUND', 'unknown-outcome'],
  [400, /upid: unable to parse worker upid/, 'PARAMETER', 'never'],
  [400, /target: target is local node/, 'TARGET_IS_LOCAL', 'never'],
  [400, /nosuch: property is not defined in schema/, 'PARAMETER_UNSUPPORTED', 'never'],
  [400, /property is missing|type check|invalid format|enumeration|minimum|maximum/, 'PARAMETER', 'never'],
  [401, /./, 'UNAUTHENTICATED', 'never'],
  [403, /pool 'nopool' does not exist/, 'POOL_NOT_FOUND', 'never'],
  [403, /Permission check failed/, 'FORBIDDEN', 'never'],
  [500, /config file already exists|already exists on node/, 'VMID_TAKEN', 'never'],
  [500, /[cC]onfiguration file .*(does not exist|on node)/, 'GUEST_NOT_FOUND', 'never'],
  [500, /storage 'nosuch' does not exist/, 'STORAGE_UNAVAILABLE', 'never'],
  [500, /convert a template to a template/, 'ALREADY_TEMPLATE', 'never'],
  [500, /if VM is running|destroy failed|without --online/, 'RUNNING', 'never'],
  [500, /contains snapshots/, 'HAS_SNAPSHOTS', 'never'],
  [500, /Linked clone feature/, 'LINKED_CLONE_UNSUPPORTED', 'never'],
  [500, /not allowed for linked clones|validation error/, 'PARAMETER', 'never'],
  [500, /no such cluster node/, 'NODE_UNKNOWN', 'never'],
  [500, /uses local storage/, 'TARGET_NEEDS_SHARED', 'never'],
  [500, /snapshot 'nosnap' does not exist/, 'SNAPSHOT_NOT_FOUND', 'never'],
  [500, /can't lock file .* got timeout/, 'LOCK_TIMEOUT', 'safe'],
  [500, /VM is locked/, 'LOCKED', 'safe'],
  [500, /checksum mismatch/, 'DIGEST_MISMATCH', 'never'],
  [500, /at character offset/, 'REQUEST_REFUSED', 'never'],
  [501, /not implemented/, 'NOT_IMPLEMENTED', 'never'],
  [501, /Unexpected content/, 'REQUEST_REFUSED', 'never'],
  [506, /not implemented/, 'REQUEST_REFUSED', 'never'],
];

const failed = recorded.filter(({ response }) => response.status >= 400);

describe.each([
  ['as recorded', toResponse],
  ['as an older version says it', toOldResponse],
] as const)('every recorded refusal %s', (_form, respond) => {
  test.each(failed.map((found) => [`${found.pve} ${found.note}: ${found.response.reason}`, found]))(
    '%s',
    async (_name, found) => {
      const error = await refusal(found, respond(found));
      const [, , code, retryable] = expectationOf(found);
      expect(error).toMatchObject({ code, retryable, status: found.response.status, clusterId: 'lab' });
      expect(error.serverMessage).toContain(found.response.reason.trim());
      expect(error.message).toContain(error.serverMessage);
      expect(error.message).not.toContain('s3cret');
      for (const why of Object.values(errorsOf(found))) {
        expect(Object.values(error.parameterErrors)).toContain(why.trim());
      }
    },
  );
});

test('the two versions together refuse enough to mean something', () => {
  expect(failed.filter(({ pve }) => pve.startsWith('8')).length).toBeGreaterThan(60);
  expect(failed.filter(({ pve }) => pve.startsWith('9')).length).toBeGreaterThan(40);
});

/** What the recorded exit statuses mean. */
const exits: readonly (readonly [RegExp, ProxmoxErrorCode])[] = [
  [/^clone failed: can't lock file .*pve-storage-local/, 'STORAGE_LOCK_TIMEOUT'],
  [/cfs-lock 'storage-shared' error/, 'STORAGE_LOCK_TIMEOUT'],
  [/can't lock file '\/var\/lock\/qemu-server/, 'LOCK_TIMEOUT'],
  [/still in use by linked cloned/, 'BASE_IN_USE'],
  [/config file already exists/, 'VMID_TAKEN'],
  [/interrupted by signal/, 'INTERRUPTED'],
  [/failed: exit code 1/, 'STORAGE_FULL'],
  [/unexpected status/, 'TASK_UNEXPECTED'],
  [/VM is locked/, 'LOCKED'],
  [/already running/, 'ALREADY_RUNNING'],
  [/powerdown failed/, 'TASK_FAILED'],
];

const taskEnds = recorded.flatMap((found) => {
  const exitStatus = z.object({ data: z.object({ exitstatus: z.string() }) }).safeParse(found.response.body);
  return exitStatus.success ? [[exitStatus.data.data.exitstatus, found] as const] : [];
});

const aborted = /^migration aborted$/;

test.each(taskEnds.filter(([exitStatus]) => !aborted.test(exitStatus)))(
  'the recorded exit status %s',
  (exitStatus, found) => {
    if (exitStatus === 'OK') return expect(judgeExitStatus(exitStatus)).toBe('ok');
    expect(judgeExitStatus(exitStatus)).toBe(exitStatus === 'unexpected status' ? 'unknown' : 'failed');
    const expected = exits.find(([pattern]) => pattern.test(exitStatus))?.[1];
    expect(classifyExitStatus(exitStatus, logOf(found)).code).toBe(expected);
  },
);

test('the recorded migrations that were aborted: the log says why', () => {
  const codes = taskEnds
    .filter(([exitStatus]) => aborted.test(exitStatus))
    .map(([exitStatus, found]) => classifyExitStatus(exitStatus, logOf(found)).code);
  expect(codes).toEqual(['BASE_IN_USE', 'TRANSFER_UNSUPPORTED']);
  expect(classifyExitStatus('migration aborted')).toEqual({ code: 'MIGRATION_ABORTED', retryable: 'safe' });
});

async function refusal(found: Exchange, response: TransportResponse): Promise<ProxmoxError> {
  const { client } = clientOn(async () => response);
  const path = pathOf(...readRequest(found.request).parts.filter((part) => part !== ''));
  const call = client.call({ method: found.request.method, path, answer: z.unknown() });
  const error: unknown = await call.then(
    () => new Error('the call succeeded'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof ProxmoxError) return error;
  throw error;
}

function expectationOf(found: Exchange) {
  const { status, reason } = found.response;
  const words = [reason, ...Object.entries(errorsOf(found)).map((pair) => pair.join(': '))].join('\n');
  const expectation = expectations.find(([expected, pattern]) => expected === status && pattern.test(words));
  if (expectation) return expectation;
  throw new Error(`nobody has said what this means: ${status} ${words}`);
}

function errorsOf({ response }: Exchange): Record<string, string> {
  const body = z.object({ errors: z.record(z.string(), z.string()) }).safeParse(response.body);
  return body.success ? body.data.errors : {};
}

/** The log of the same task, recorded beside its status. */
function logOf({ request }: Exchange): string[] {
  const path = request.path.replace(/status$/, 'log');
  const log = recorded.find((other) => other.request.path.split('?')[0] === path);
  const lines = z.object({ data: z.array(z.object({ t: z.string() })) }).safeParse(log?.response.body);
  return lines.success ? lines.data.data.map(({ t }) => t) : [];
}
