import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { classifyExitStatus } from '../../../src/proxmox/failures/classify.ts';
import { findTellingLine } from '../../../src/proxmox/failures/telling-line.ts';
import { recorded } from '../recorded.ts';

const stamp = '2026-11-27 20:26:33';
const noPool =
  "storage migration for 'local-lvm:vm-100-disk-0' to storage 'local-lvm' failed - no such logical volume pve/data";
const noPipe =
  "storage migration for 'local-lvm:vm-100-disk-0' to storage 'local-lvm' failed - command 'set -o pipefail && pvesm export local-lvm:vm-100-disk-0 raw+size - -with-snapshots 0 | /usr/bin/ssh -e none root@10.99.0.12 -- pvesm import' failed: exit code 255";
const scan = "Problem found while scanning volumes - can't migrate VM - check log";
const copyFailed = "clone failed: copy failed: command '/usr/bin/qemu-img convert -p -n' failed: exit code 1";

/** Exit status, log, the words that tell, their class. Recorded (R), or Proxmox's words as people reported them. */
const cases: Readonly<Record<string, readonly [string, readonly string[], string, string]>> = {
  'a storage whose thin pool is gone': [
    'migration aborted',
    [
      `${stamp} starting migration of VM 100 to node 'pve2' (10.99.0.12)`,
      `${stamp} found local disk 'local-lvm:vm-100-disk-0' (attached)`,
      `${stamp} ERROR: ${noPool}`,
      `${stamp} aborting phase 1 - cleanup resources`,
      `${stamp} ERROR: migration aborted (duration 00:00:03): ${noPool}`,
      'TASK ERROR: migration aborted',
    ],
    noPool,
    'STORAGE_UNAVAILABLE',
  ],
  'the other end of a pipe, between warnings of thin pools that run out of space and the cleaning up': [
    'migration aborted',
    [
      'perl: warning: Setting locale failed.',
      '  WARNING: You have not turned on protection against thin pools running out of space.',
      '  no such logical volume pve/data',
      "command 'dd if=/dev/pve/vm-100-disk-0 bs=64k status=progress' failed: got signal 13",
      'send/receive failed, cleaning up snapshot(s)..',
      `${stamp} ERROR: ${noPipe}`,
      `${stamp} aborting phase 1 - cleanup resources`,
      `${stamp} ERROR: found stale volume copy 'local-lvm:vm-100-disk-0' on node 'pve2'`,
      `${stamp} ERROR: migration aborted (duration 00:00:03): ${noPipe}`,
      'TASK ERROR: migration aborted',
    ],
    'no such logical volume pve/data',
    'STORAGE_UNAVAILABLE',
  ],
  'a disk that may not move (R)': [
    'migration aborted',
    [
      "2026-11-22 21:14:01 found local disk 'local:9000/base-9000-disk-0.qcow2' (attached)",
      "2026-11-22 21:14:01 can't migrate local disk 'local:9000/base-9000-disk-0.qcow2': referenced by linked clone(s)",
      `2026-11-22 21:14:01 ERROR: ${scan}`,
      '2026-11-22 21:14:01 aborting phase 1 - cleanup resources',
      `2026-11-22 21:14:01 ERROR: migration aborted (duration 00:00:01): ${scan}`,
      'TASK ERROR: migration aborted',
    ],
    "can't migrate local disk 'local:9000/base-9000-disk-0.qcow2': referenced by linked clone(s)",
    'BASE_IN_USE',
  ],
  'a refused parameter, told in the line after (R)': [
    'migration aborted',
    [
      '2026-11-27 20:26:19 ERROR: migration aborted (duration 00:00:00): 400 Parameter verification failed.',
      "2026-11-27 20:26:19 ERROR: vmid: unable to create empty VM config - VM 500 already exists on node 'pve3'",
      'TASK ERROR: migration aborted',
    ],
    "vmid: unable to create empty VM config - VM 500 already exists on node 'pve3'",
    'VMID_TAKEN',
  ],
  'a whole configuration before the reason (R)': [
    'migration aborted',
    [
      String.raw`2026-11-27 20:27:42 ERROR: error - tunnel command '{"conf":"boot: order=scsi0\nname: x'dup\n","cmd":"config"}' failed - failed to handle 'config' command - 403 Permission check failed (/vms/505, VM.Config.Network)`,
      'TASK ERROR: migration aborted',
    ],
    'error - 403 Permission check failed (/vms/505, VM.Config.Network)',
    'FORBIDDEN',
  ],
  'a full storage, told before a command that failed (R)': [
    copyFailed,
    ['qemu-img: error while writing at byte 0: No space left on device', `TASK ERROR: ${copyFailed}`],
    'qemu-img: error while writing at byte 0: No space left on device',
    'STORAGE_FULL',
  ],
  'a warning about space is no full storage': [
    copyFailed,
    [
      '  WARNING: You have not turned on protection against thin pools running out of space.',
      'qemu-img: error while writing at byte 0: Input/output error',
    ],
    'qemu-img: error while writing at byte 0: Input/output error',
    'TASK_FAILED',
  ],
  'a volume group without room': [
    `clone failed: lvcreate 'pve/vm-100-disk-0' error:   Volume group "pve" has insufficient free space (10 extents): 20 required.`,
    [],
    `clone failed: lvcreate 'pve/vm-100-disk-0' error: Volume group "pve" has insufficient free space (10 extents): 20 required.`,
    'STORAGE_FULL',
  ],
  'a thin pool at its threshold': [
    "clone failed: lvcreate 'pve/vm-100-disk-0' error: Cannot create new thin volume, free space in thin pool pve/data reached threshold.",
    [],
    "clone failed: lvcreate 'pve/vm-100-disk-0' error: Cannot create new thin volume, free space in thin pool pve/data reached threshold.",
    'STORAGE_FULL',
  ],
  'a migration that failed late, after the guest had moved': [
    'migration problems',
    [
      `${stamp} ERROR: removing local copy of 'local:100/vm-100-disk-0.qcow2' failed - unable to unlink`,
      `${stamp} ERROR: migration finished with problems (duration 00:00:09)`,
      'TASK ERROR: migration problems',
    ],
    "removing local copy of 'local:100/vm-100-disk-0.qcow2' failed - unable to unlink",
    'MIGRATION_PROBLEMS',
  ],
  'a command whose reason nobody told': [
    copyFailed,
    ['create full clone of drive scsi0 (local:9000/base-9000-disk-0.qcow2)', `TASK ERROR: ${copyFailed}`],
    copyFailed,
    'TASK_FAILED',
  ],
  'a worker that vanished: its last words are not the reason': [
    'unexpected status',
    ['create full clone', "can't tell why this line is here", 'transferred 61.4 MiB of 1.0 GiB (6.00%)'],
    'unexpected status',
    'TASK_UNEXPECTED',
  ],
  'an exit status that says it, whatever the log says': [
    "can't lock file '/var/lock/qemu-server/lock-170.conf' - got timeout",
    ['trying to acquire lock...', 'ERROR: something else'],
    "can't lock file '/var/lock/qemu-server/lock-170.conf' - got timeout",
    'LOCK_TIMEOUT',
  ],
  'no log at all': ['migration aborted', [], 'migration aborted', 'MIGRATION_ABORTED'],
};

test.each(Object.entries(cases))('the line that tells: %s', (_name, [exitStatus, log, words, code]) => {
  expect(findTellingLine(exitStatus, log)).toBe(words);
  expect(classifyExitStatus(exitStatus, log).code).toBe(code);
});

test('progress that is written over and over into one line, control characters and places are left out', () => {
  const line =
    '7446528 bytes (7.4 MB, 7.1 MiB) copied, 1 s, 7.4 MB/s11640832 bytes (12 MB, 11 MiB) copied, 2 s, 5.8 MB/s\u001B[31mdd: error writing: Input/output error at /usr/share/perl5/PVE/Tools.pm line 117, <GEN3929> line 4.';
  expect(findTellingLine('migration aborted', [line])).toBe('[31mdd: error writing: Input/output error');
});

const recordedFailures = recorded.flatMap(({ note, response }) => {
  const body = z.object({ data: z.array(z.object({ t: z.string() })) }).safeParse(response.body);
  const log = body.success ? body.data.data.map(({ t }) => t) : [];
  const end = /^TASK ERROR: (.*)$/.exec(log.at(-1) ?? '')?.[1];
  return end === undefined ? [] : [{ note, log, end }];
});

test.each(recordedFailures)('a recorded failure says more than that it failed: $note', ({ log, end }) => {
  const words = findTellingLine(end, log);
  expect(words).not.toMatch(
    /^migration aborted|check log|exit code \d+$|^\d{4}-|TASK ERROR|ERROR:|line \d+\.$/,
  );
  expect(words).not.toBe('');
});

const noise = fc.constantFrom(
  '',
  'transferred 61.4 MiB of 1.0 GiB (6.00%)',
  '4176+0 records out',
  '17104896 bytes (17 MB, 16 MiB) copied, 0.207761 s, 82.3 MB/s',
  '  WARNING: You have not turned on protection against thin pools running out of space.',
  'perl: warning: Falling back to the standard locale ("C").',
  'trying to acquire lock...',
);

test('lines that tell nothing change nothing, wherever they stand', () => {
  const known = fc.constantFrom(...Object.values(cases));
  const added = fc.array(fc.tuple(fc.nat(20), noise), { maxLength: 10 });
  fc.assert(
    fc.property(known, added, ([exitStatus, log, words], lines) => {
      const more = lines.reduce(
        (list, [at, line]) => list.toSpliced(at % (list.length + 1), 0, line),
        [...log],
      );
      expect(findTellingLine(exitStatus, more)).toBe(words);
    }),
  );
});

test('what tells is always a part of what was said, and one line of it', () => {
  const line = fc.oneof(
    noise,
    fc.string(),
    fc.string().map((text) => `${stamp} ERROR: ${text}`),
  );
  fc.assert(
    fc.property(fc.constantFrom('migration aborted', copyFailed), fc.array(line), (exitStatus, log) => {
      const words = findTellingLine(exitStatus, log);
      const normal = (text: string) => text.replaceAll(/[\s\p{Cc}]+/gu, '');
      expect([exitStatus, ...log].map(normal).some((said) => said.includes(normal(words)))).toBe(true);
      expect(words).not.toMatch(/\p{Cc}/u);
      expect(words).not.toBe('');
    }),
  );
});
