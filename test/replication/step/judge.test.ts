import { expect, test } from 'vitest';
import { fingerprintGuest, isComplete, judge } from '../../../src/replication/step/judge.ts';
import { formatMakeState, readMakeState } from '../../../src/replication/step/state.ts';
import { makeStep } from '../support/rows.ts';
import { makeConfig, makeSight } from '../support/sights.ts';

const step = makeStep();
const stub = { description: ' qmclone temporary file', lock: 'clone', scsi0: '' };

test.each([
  ['nothing', { state: 'absent' } as const, 'ABSENT'],
  ['what we may not see', { state: 'hidden' } as const, 'HIDDEN'],
  ['our guest', makeSight(), 'OURS'],
  ['our guest while a task works on it', makeSight({ lock: 'migrate' }), 'LOCKED'],
  ['the guest of another step', makeSight({}, { token: 'token-2' }), 'FOREIGN'],
  ['a guest that inherited our marker', makeSight({}, { vmid: 101 }), 'FOREIGN'],
  ['a guest without marker', makeSight({ description: 'hello' }), 'FOREIGN'],
  ['a clone that has just begun', makeSight(stub), 'STUB'],
  ['a stub that was unlocked', makeSight({ ...stub, lock: '' }), 'FOREIGN'],
])('%s is %s', (_, sight, expected) => {
  if (sight.state === 'present' && sight.config.lock === '') sight.config.lock = undefined;
  expect(judge(sight, step)).toBe(expected);
});

const bare = makeSight({ description: '' });
const made = fingerprintGuest(bare);
const knowing = makeStep({ parameters: formatMakeState({ ...readMakeState(step), made }) });

test.each([
  ['the guest that our task made, without its notes', bare, 'OURS'],
  ['the same while it is locked', makeSight({ description: '', lock: 'backup' }), 'LOCKED'],
  [
    'a guest of the same name with other disks',
    makeSight({ description: '', scsi1: 'data:100/b.raw' }),
    'FOREIGN',
  ],
  ['a guest of another name', makeSight({ description: '', name: 'other' }), 'FOREIGN'],
  ['the same guest with the marker of another step', makeSight({}, { token: 'token-2' }), 'FOREIGN'],
])('to a step that remembers what its task made, %s is %s', (_, sight, expected) => {
  expect(judge(sight, knowing)).toBe(expected);
});

test('a copy is complete when it has every drive of its source in its size; CD drives and detached volumes do not count', () => {
  const source = makeConfig({
    scsi0: 'data:9000/base-9000-disk-0.qcow2,size=2G',
    scsi1: 'data:9000/base-9000-disk-1.qcow2,size=1G',
    ide2: 'none,media=cdrom',
    unused0: 'data:9000/vm-9000-disk-2.qcow2',
  });
  const half = { scsi0: 'data:100/vm-100-disk-0.qcow2,size=2G' };
  expect(isComplete(makeConfig(half), source)).toBe(false);
  expect(isComplete(makeConfig({ ...half, scsi1: 'data:100/vm-100-disk-1.qcow2,size=1G' }), source)).toBe(
    true,
  );
  expect(isComplete(makeConfig({ ...half, scsi1: 'data:100/vm-100-disk-1.qcow2,size=512M' }), source)).toBe(
    false,
  );
});
