import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  classifyExitStatus,
  classifyFailure,
  classifyMalformedAnswer,
  classifyMissingAnswer,
  judgeExitStatus,
} from '../../../src/proxmox/failures/classify.ts';
import { proxmoxErrorCodes } from '../../../src/proxmox/failures/failure-codes.ts';
import type { ProxmoxErrorCode, Retryable } from '../../../src/proxmox/failures/failure-codes.ts';

/** Refusals of a write that are not among the recordings: status, words, class. */
const refusals: readonly (readonly [number, string, ProxmoxErrorCode, Retryable])[] = [
  [400, 'Parameter verification failed. vmid: VM 218 already exists', 'VMID_TAKEN', 'never'],
  [
    400,
    "Parameter verification failed. storage: storage 'iso' does not support vm images",
    'STORAGE_UNAVAILABLE',
    'never',
  ],
  [401, 'permission denied - invalid PVE ticket', 'UNAUTHENTICATED', 'never'],
  [403, "Permission check failed (pool 'x' does not exist)", 'POOL_NOT_FOUND', 'never'],
  [500, "Configuration file 'nodes/a/lxc/100.conf' does not exist", 'GUEST_NOT_FOUND', 'never'],
  [500, 'VM is locked (snapshot-delete)', 'LOCKED', 'safe'],
  [500, 'CT is locked (disk)', 'LOCKED', 'safe'],
  [500, "can't lock file '/var/lock/qemu-server/lock-100.conf' - got timeout", 'LOCK_TIMEOUT', 'safe'],
  [500, "can't lock file '/var/lock/pve-manager/pve-migrate-100' - got timeout", 'LOCK_TIMEOUT', 'safe'],
  [500, "cfs-lock 'file-user_cfg' error: got lock request timeout", 'LOCK_TIMEOUT', 'safe'],
  [500, "cfs-lock 'storage-nfs' error: no quorum!", 'NO_QUORUM', 'safe'],
  [500, 'cluster not ready - no quorum?', 'NO_QUORUM', 'safe'],
  [
    500,
    "unable to open file '/etc/pve/nodes/a/qemu-server/1.conf.tmp.7' - Permission denied",
    'NO_QUORUM',
    'safe',
  ],
  [500, "CT 101 already exists on node 'a'", 'VMID_TAKEN', 'never'],
  [500, 'unable to get any free VMID in range [100, 1000000]', 'NO_FREE_VMID', 'never'],
  [500, "hostname lookup 'x' failed - failed to get address info for: x", 'NODE_UNKNOWN', 'never'],
  [500, "can't clone to non-shared storage 'local'", 'TARGET_NEEDS_SHARED', 'never'],
  [500, "can't clone CT to node 'b' (CT uses local storage)", 'TARGET_NEEDS_SHARED', 'never'],
  [500, "Linked clone feature for 'local:100/x.raw' is not available", 'LINKED_CLONE_UNSUPPORTED', 'never'],
  [500, "Full clone feature is not supported for drive 'scsi0'", 'FULL_CLONE_UNSUPPORTED', 'never'],
  [500, "storage 'nfs' is not online", 'STORAGE_UNAVAILABLE', 'safe'],
  [500, "storage 'x' is not available on node 'b'", 'STORAGE_UNAVAILABLE', 'never'],
  [500, "can't remove VM 100 - protection mode enabled", 'PROTECTED', 'never'],
  [500, 'unable to remove VM 100 - used in HA resources and purge parameter not set.', 'HA_MANAGED', 'never'],
  [
    500,
    "There is a replication job '100-0' for guest '100' - Please remove that first.",
    'REPLICATION_JOB',
    'never',
  ],
  [500, 'got no worker upid - start worker failed', 'WORKER_NOT_STARTED', 'safe'],
  [500, 'unexpected state change', 'STATE_CHANGED', 'safe'],
  [
    500,
    'detected modified configuration - file changed by other user? Try again.',
    'DIGEST_MISMATCH',
    'never',
  ],
  [500, 'proxy loop detected', 'SERVER_ERROR', 'never'],
  [501, "Method 'POST /x' not implemented", 'NOT_IMPLEMENTED', 'never'],
  [501, 'chunked transfer encoding not supported', 'REQUEST_REFUSED', 'never'],
  [595, 'No route to host', 'NODE_UNREACHABLE', 'safe'],
  [596, 'Connection timed out', 'OUTCOME_UNKNOWN', 'unknown-outcome'],
  [599, 'Too many redirections', 'OUTCOME_UNKNOWN', 'unknown-outcome'],
  [503, 'Service Unavailable', 'OUTCOME_UNKNOWN', 'unknown-outcome'],
];

test.each(refusals)('%i %s', (status, message, code, retryable) => {
  expect(classifyFailure({ method: 'POST', status, message })).toEqual({ code, retryable });
  const withPlace = `${message} at /usr/share/perl5/PVE/Any.pm line 12.`;
  expect(classifyFailure({ method: 'POST', status, message: withPlace })).toEqual({ code, retryable });
});

/** Ends of tasks that are not among the recordings: exit status, last lines of the log, class. */
const exits: readonly (readonly [string, readonly string[], ProxmoxErrorCode])[] = [
  [
    "close (rename) atomic file '/etc/pve/nodes/a/qemu-server/101.conf' failed: File exists",
    [],
    'VMID_TAKEN',
  ],
  ["'storage-nfs'-locked command timed out - aborting", [], 'STORAGE_LOCK_TIMEOUT'],
  ["clone failed: lvcreate 'pve/vm-1' error: not enough free space (10 < 20)", [], 'STORAGE_FULL'],
  ["clone failed: zfs error: cannot create 'x': out of space", [], 'STORAGE_FULL'],
  ['clone failed: interrupted by signal', [], 'INTERRUPTED'],
  ["Template feature is not available for 'lvm:vm-1'", [], 'TEMPLATE_UNSUPPORTED'],
  [
    'migration aborted',
    ["ERROR: can't migrate local disk 'local:iso/a.iso': local cdrom image"],
    'LOCAL_CDROM',
  ],
  ['migration aborted', ["ERROR: Can't connect to destination address using public key"], 'SSH_BROKEN'],
  [
    'migration aborted',
    ["ERROR: cannot migrate from storage type 'dir' to 'zfspool'"],
    'TRANSFER_UNSUPPORTED',
  ],
  [
    'migration aborted',
    ["ERROR: storage 'x' is not available on node 'b'", 'aborting phase 1'],
    'STORAGE_UNAVAILABLE',
  ],
  ['migration aborted', ['ERROR: something new'], 'MIGRATION_ABORTED'],
  ['migration problems', ['No space left on device'], 'MIGRATION_PROBLEMS'],
  ['unable to get last line from task log - x', [], 'TASK_UNEXPECTED'],
  ['unable to read tail (got 0 bytes)', [], 'TASK_UNEXPECTED'],
  ['unable to open file - No such file or directory', [], 'TASK_UNEXPECTED'],
  ['something new', [], 'TASK_FAILED'],
];

test.each(exits)('a task that ends with %s, its log with %j', (exitStatus, log, code) => {
  expect(classifyExitStatus(exitStatus, log).code).toBe(code);
  expect(judgeExitStatus(exitStatus)).toBe(code === 'TASK_UNEXPECTED' ? 'unknown' : 'failed');
});

test('warnings are a success, but only when they are counted', () => {
  expect(['OK', 'WARNINGS: 1', 'WARNINGS: 12', 'WARNINGS: ', 'OK?'].map(judgeExitStatus)).toEqual([
    'ok',
    'warnings',
    'warnings',
    'failed',
    'failed',
  ]);
});

describe('no answer', () => {
  test.each([
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'CERT_HAS_EXPIRED',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'FINGERPRINT_MISMATCH',
  ])('%s is a matter of trust', (code) => {
    expect(classifyMissingAnswer('GET', { phase: 'connect', code })).toEqual({
      code: 'TLS_UNTRUSTED',
      retryable: 'never',
    });
  });

  test('a write is repeated only where it cannot have arrived', () => {
    const codes = fc.constantFrom(
      'ECONNREFUSED',
      'ECONNRESET',
      'EPIPE',
      'ETIMEDOUT',
      'TIMEOUT',
      'EHOSTUNREACH',
    );
    fc.assert(
      fc.property(fc.constantFrom('POST', 'PUT', 'DELETE'), codes, (method, code) => {
        expect(classifyMissingAnswer(method, { phase: 'connect', code }).retryable).toBe('safe');
        expect(classifyMissingAnswer(method, { phase: 'exchange', code }).retryable).toBe('unknown-outcome');
        expect(classifyMissingAnswer('GET', { phase: 'exchange', code }).retryable).toBe('safe');
        expect(classifyMalformedAnswer(method).retryable).toBe('unknown-outcome');
      }),
    );
  });
});

test('whatever the server says, there is a class for it, and reading never has an unknown outcome on the way', () => {
  const status = fc.integer({ min: 400, max: 620 });
  fc.assert(
    fc.property(
      status,
      fc.string(),
      fc.dictionary(fc.string(), fc.string()),
      (code, message, parameterErrors) => {
        const failure = classifyFailure({ method: 'GET', status: code, message, parameterErrors });
        expect(proxmoxErrorCodes).toContain(failure.code);
        expect(failure.code).not.toBe('OUTCOME_UNKNOWN');
      },
    ),
  );
});
