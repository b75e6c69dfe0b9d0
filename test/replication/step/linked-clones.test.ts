import { expect, test } from 'vitest';
import { formatMarker } from '../../../src/inventory/lineage/marker.ts';
import { hangsOn } from '../../../src/replication/step/linked-clones.ts';
import { makeConfig } from '../support/sights.ts';

const inherited = formatMarker({
  kind: 'replica',
  vmid: 100,
  source: 9000,
  generation: '0123456789abcdef',
  token: 't',
});

test.each([
  [
    'a file whose id names the base',
    { scsi0: 'nas:100/base-100-disk-0.qcow2/300/vm-300-disk-0.qcow2' },
    true,
  ],
  ['a zfs volume whose id names the base', { scsi0: 'tank:base-100-disk-0/vm-300-disk-0' }, true],
  ['a thin volume with the inherited marker', { scsi0: 'thin:vm-300-disk-0', description: inherited }, true],
  ['a clone of another base', { scsi0: 'nas:1000/base-1000-disk-0.qcow2/300/vm-300-disk-0.qcow2' }, false],
  ['a guest of its own', { scsi0: 'nas:300/vm-300-disk-0.qcow2' }, false],
  [
    'another template with the inherited marker',
    { scsi0: 'thin:base-300-disk-0', description: inherited, template: '1' },
    false,
  ],
])('%s', (_, options, expected) => {
  expect(hangsOn(makeConfig(options), 100)).toBe(expected);
});
