import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { maskLog, maskText } from './masks.ts';

describe('maskText', () => {
  it.each([
    ["VM 9000 already exists on node 'pve1'", "VM <n> already exists on node 'pve<n>'"],
    [
      "can't lock file '/var/lock/qemu-server/lock-170.conf' - got timeout",
      "can't lock file '<path>' - got timeout",
    ],
    [
      '2026-11-22 21:13:51 migration finished successfully (duration 00:00:01)',
      '<time> migration finished successfully (duration <time>)',
    ],
    ['transferred 20.5 MiB of 1.0 GiB (2.00%)', 'transferred <size> of <size> (<n>%)'],
    ['drive-scsi0: ready in 1m 5s', 'drive-scsi<n>: ready in <duration>'],
    ['Permission check failed (/vms/9000, VM.Clone)\n', 'Permission check failed (/vms/<n>, VM.Clone)'],
    ["Method 'GET /nosuch' not implemented", "Method 'GET /nosuch' not implemented"],
    ['UPID:pve1:00000146:00037FD3:6B035940:qmcreate:9000:root@pam:', 'UPID:<id>:qmcreate:<n>:root@pam:'],
  ])('masks %j', (text, masked) => {
    expect(maskText(text)).toBe(masked);
  });

  it('keeps the path that a refusal is about', () => {
    expect(maskText('Permission check failed (/storage/local, Datastore.AllocateSpace)')).not.toBe(
      maskText('Permission check failed (/vms/local, Datastore.AllocateSpace)'),
    );
  });

  it('gives one text for all numbers', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (one, other) => {
        expect(maskText(`VM ${one} is locked`)).toBe(maskText(`VM ${other} is locked`));
      }),
    );
  });

  it('is done once: a masked text stays as it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(maskText(maskText(text))).toBe(maskText(text));
      }),
    );
  });
});

describe('maskLog', () => {
  it('counts lines that only repeat once, and keeps the order', () => {
    const lines = [
      'transferred 1.0 GiB of 2.0 GiB (50.00%)',
      'transferred 2.0 GiB of 2.0 GiB (100.00%)',
      'TASK OK',
    ];
    expect(maskLog(lines)).toEqual(['transferred <size> of <size> (<n>%)', 'TASK OK']);
  });
});
