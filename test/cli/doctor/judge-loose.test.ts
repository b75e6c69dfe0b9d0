import { expect, test } from 'vitest';
import { judgeLooseGuests } from '../../../src/cli/doctor/judge-loose.ts';

const guest = {
  vmid: 10_002,
  name: 'Rust-1',
  node: 'pve2',
  state: 'LEAVING',
  classId: 1,
  number: 1,
  reasonCode: null,
  reason: null,
};

test('a guest that is to go is told with its class, the reason and the command that tries again', () => {
  const held = { ...guest, reasonCode: 'LOCKED', reason: 'It is locked (backup).' };
  expect(judgeLooseGuests('lab', [held, { ...guest, number: null }])).toEqual([
    {
      level: 'warn',
      subject: 'leftovers',
      message: '10002 Rust-1 on pve2 (student 1 of class 1) is to go: LOCKED: It is locked (backup).',
      commands: ['hub replicate run --cluster lab'],
    },
    {
      level: 'warn',
      subject: 'leftovers',
      message: '10002 Rust-1 on pve2 (of class 1) is to go: its removal is under way',
      commands: ['hub replicate run --cluster lab'],
    },
  ]);
});

test('a marked guest that nothing names is told, and no command removes it', () => {
  const unknown = { ...guest, state: 'UNKNOWN', classId: null, reason: 'Attach it, or remove it by hand.' };
  expect(judgeLooseGuests('lab', [unknown])).toEqual([
    {
      level: 'warn',
      subject: 'leftovers',
      message: '10002 Rust-1 on pve2: Attach it, or remove it by hand.',
    },
  ]);
});
