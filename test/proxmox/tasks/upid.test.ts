import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatUpid, isUpid, parseUpid } from '../../../src/proxmox/tasks/upid.ts';
import { recorded } from '../recorded.ts';

const word = (characters: string, minLength: number) =>
  fc.string({ unit: fc.constantFrom(...characters.split('')), minLength, maxLength: 12 });

const upid = fc.record({
  node: word('abcxyz019', 1),
  pid: fc.nat(0xffffffff),
  processStart: fc.nat(0xfffffffff),
  startTime: fc.nat(0xffffffff),
  type: word('abcqm_', 1),
  id: word('0123456789abc-.', 0),
  user: word('abc@!-_.', 1),
});

test('what is written can be read again', () => {
  fc.assert(
    fc.property(upid, (task) => {
      const text = formatUpid(task);
      expect(isUpid(text)).toBe(true);
      expect(parseUpid(text)).toEqual(task);
    }),
  );
});

test('every recorded task id is written again as it was', () => {
  const found = new Set(JSON.stringify(recorded).match(/UPID:(?:[^":\\]*:){7}/g));
  expect(found.size).toBeGreaterThan(80);
  for (const text of found) expect(formatUpid(parseUpid(text))).toBe(text);
});

test('anything else is refused with a word about the form, never read as something', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(isUpid(text)).toBe(false);
      expect(() => parseUpid(text)).toThrow(/is not a task id/);
    }),
  );
  expect(isUpid('UPID:pve1:0035D677:03AB00C3:66DC5987:qmclone:9000:svc@pve')).toBe(false);
});
