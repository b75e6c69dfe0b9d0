import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createProgressReader } from '../../../src/proxmox/tasks/task-progress.ts';
import { recorded } from '../recorded.ts';

const GiB = 2 ** 30;

test.each([
  ['transferred 0.0 B of 1.0 GiB (0.00%)', { transferred: 0, total: GiB, percent: 0 }],
  ['transferred 20.5 MiB of 1.0 GiB (2.00%)', { transferred: 20.5 * 2 ** 20, total: GiB, percent: 2 }],
  [
    'drive-scsi0: transferred 1.0 GiB of 2.0 GiB (50.00%) in 3s',
    { transferred: GiB, total: 2 * GiB, percent: 50 },
  ],
])('%s', (line, expected) => {
  expect(createProgressReader().read(line)).toEqual(expected);
});

test('a recorded migration: where dd is, against the size that was announced, up to the whole', () => {
  expect(readLog(recordedMigration())).toEqual([
    { transferred: 567283712, total: GiB, percent: 52.83 },
    { transferred: GiB, total: GiB, percent: 100 },
    { transferred: GiB, total: GiB, percent: 100 },
  ]);
});

test('a migration whose size is not announced tells how much is done, and of what at its end', () => {
  const log = [
    '567283712 bytes (567 MB) copied, 3 s',
    '1+0 records in',
    '1+0 records out',
    '1073741824 bytes (1.1 GB) copied, 5 s',
  ];
  expect(readLog(log)).toEqual([{ transferred: 567283712 }, { transferred: GiB, total: GiB, percent: 100 }]);
});

test('a migration of ZFS tells its progress against what it estimated', () => {
  const log = [
    'full send of rpool/data/vm-100-disk-0@__migration__ estimated size is 2.00G',
    'total estimated size is 2.00G',
    'TIME        SENT   SNAPSHOT rpool/data/vm-100-disk-0@__migration__',
    '2026-11-27 20:26:33 20:26:33    512M   rpool/data/vm-100-disk-0@__migration__',
    '20:26:34   2.01G   rpool/data/vm-100-disk-0@__migration__',
  ];
  expect(readLog(log)).toEqual([
    { transferred: GiB / 2, total: 2 * GiB, percent: 25 },
    { transferred: 2 * GiB, total: 2 * GiB, percent: 100 },
  ]);
});

test('other lines tell none', () => {
  fc.assert(fc.property(fc.string(), (line) => createProgressReader().read(line) === undefined));
});

test('never less than nothing, never more than all', () => {
  const figure = fc.nat(4 * GiB);
  fc.assert(
    fc.property(figure, figure, fc.boolean(), (size, copied, ended) => {
      const log = [
        `Formatting 'x', fmt=raw size=${size}`,
        ended ? '1+0 records out' : '',
        `${copied} bytes copied, 1 s`,
      ];
      for (const { transferred, total, percent } of readLog(log)) {
        expect(transferred).toBeLessThanOrEqual(total ?? Number.POSITIVE_INFINITY);
        expect(percent ?? 0).toBeLessThanOrEqual(100);
        expect(percent ?? 0).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});

function readLog(lines: readonly string[]) {
  const reader = createProgressReader();
  return lines.map((line) => reader.read(line)).filter((progress) => progress !== undefined);
}

function recordedMigration(): string[] {
  const logs = recorded
    .filter(({ request }) => request.path.includes('qmigrate%3A9010') && request.path.includes('/log'))
    .map(({ response }) => z.object({ data: z.array(z.object({ t: z.string() })) }).parse(response.body));
  return logs.flatMap(({ data }) => data.map(({ t }) => t));
}
