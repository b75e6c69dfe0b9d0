import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { createProgressView } from '../../../src/cli/progress/create-progress-view.ts';
import type { StepShown } from '../../../src/cli/progress/progress-view.ts';
import { DrivenClock } from '../../../src/time/driven-clock.ts';

const gibibyte = 1024n ** 3n;

function step(change: Partial<StepShown> = {}): StepShown {
  const plain = {
    id: 1,
    name: 'debian-replica',
    sourceVmid: 9000,
    targetNode: 'pve2',
    phase: 'CLONING',
    percent: 0,
    bytesPerSecond: null,
  };
  return { ...plain, bytesDone: 0n, bytesTotal: 8n * gibibyte, ...change };
}

function capture(isTTY: boolean, columns = 80) {
  let written = '';
  const output = Object.assign(new PassThrough(), { isTTY, columns });
  output.on('data', (chunk: Buffer) => (written += chunk.toString()));
  const clock = new DrivenClock();
  return { clock, view: createProgressView(output, clock), read: () => written };
}

const escape = '\u001B';

/** What stands on the terminal in the end, and every line that was drawn on the way. */
function screen(written: string): { shown: string[]; drawn: string[] } {
  const shown: string[] = [];
  const drawn: string[] = [];
  for (const part of written.split(new RegExp(`(${escape}\\[\\d+A)`))) {
    const up = part.startsWith(escape) ? /^\[(\d+)A$/.exec(part.slice(1)) : null;
    if (up) shown.splice(shown.length - Number(up[1]));
    const lines = up ? [] : stripVTControlCharacters(part).split('\n').slice(0, -1);
    shown.push(...lines);
    drawn.push(...lines);
  }
  return { shown, drawn };
}

describe('elsewhere than on a terminal', () => {
  it('a step is a plain line at each phase and quarter, and no more', () => {
    const { view, read } = capture(false);
    view.show(step({ phase: 'PLANNED' }));
    for (const percent of [0, 1, 24, 25, 49, 60]) {
      view.show(step({ percent, bytesDone: (8n * gibibyte * BigInt(percent)) / 100n }));
    }
    view.show(step({ phase: 'DONE', percent: 100, bytesDone: 8n * gibibyte }));
    view.end();
    expect(read()).toBe(
      [
        'cloning       0%  debian-replica → pve2  (0 B of 8.0 GiB)',
        'cloning      25%  debian-replica → pve2  (2.0 of 8.0 GiB)',
        'cloning      60%  debian-replica → pve2  (4.8 of 8.0 GiB)',
        'done        100%  debian-replica → pve2  (8.0 of 8.0 GiB)',
        '',
      ].join('\n'),
    );
  });

  it('a failure says why', () => {
    const { view, read } = capture(false);
    view.show(step({ phase: 'FAILED', percent: 10, errorMessage: 'no space left' }));
    expect(read()).toBe('failed       10%  debian-replica → pve2  (no space left)\n');
  });

  it('of several steps has a line for all together at each quarter, with the time left', () => {
    const { view, read } = capture(false);
    const half = { percent: 50, bytesDone: 4n * gibibyte, bytesPerSecond: 1024 ** 3 };
    for (const id of [1, 2, 3]) view.show(step({ id, phase: 'PLANNED' }));
    view.show(step({ id: 1, phase: 'DONE', percent: 100, bytesDone: 8n * gibibyte }));
    view.show(step({ id: 2, ...half }));
    const totals = read().match(/^total .*$/gm);
    expect(totals).toEqual([
      'total        33%  1 of 3 steps, 8.0 of 24.0 GiB',
      'total        50%  1 of 3 steps, 12.0 of 24.0 GiB, 1.0 GiB/s, 12s left',
    ]);
  });
});

describe('on a terminal', () => {
  it('a step is a bar with bytes, rate and time left, above one for all together', async () => {
    const { clock, view, read } = capture(true);
    view.show(step({ id: 2, phase: 'PLANNED' }));
    view.show(step({ percent: 25, bytesDone: 2n * gibibyte, bytesPerSecond: 205 * 1024 ** 2 }));
    await clock.advance(100);
    expect(screen(read()).shown).toEqual([
      '██░░░░░░░░  25%  debian-replica → pve2  cloning  2.0 of 8.0 GiB, 30s left',
      '█░░░░░░░░░  12%  total  0 of 2 steps, 2.0 of 16.0 GiB, 205 MiB/s, 1m 10s left',
    ]);
  });

  it('what has ended becomes a line, drawn even when the view ends at once', () => {
    const { view, read } = capture(true);
    view.show(step());
    view.show(step({ phase: 'DONE', percent: 100 }));
    view.show(step({ id: 2, phase: 'FAILED', errorMessage: 'no space\n\u001B[31mleft' }));
    view.end();
    expect(screen(read()).shown).toEqual([
      '✓ debian-replica → pve2',
      '✗ debian-replica → pve2: no space left',
    ]);
  });

  it('no line is wider than the terminal, and names are shown without what it would obey', async () => {
    const name = `\u001B[2J${'windows-server-2022-datacenter-'.repeat(3)}replica`;
    for (const columns of [40, 60, 80, 120]) {
      const { clock, view, read } = capture(true, columns);
      const errorMessage = columns === 60 ? 'the storage is full and it is tried again soon'.repeat(3) : null;
      const far = { percent: 99, bytesDone: 7n * gibibyte, bytesPerSecond: 999 * 1024 ** 2 };
      view.show(step({ name, phase: 'TAKING_BACK', errorMessage, ...far }));
      await clock.advance(100);
      const { drawn } = screen(read());
      expect(drawn).toHaveLength(2);
      for (const line of drawn) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
      expect(read()).not.toContain('\u001B[2J');
    }
  });
});
