import { PassThrough } from 'node:stream';
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
  };
  return { ...plain, bytesDone: 0n, bytesTotal: 8n * gibibyte, ...change };
}

function capture(isTTY: boolean) {
  let written = '';
  const output = Object.assign(new PassThrough(), {
    isTTY,
    columns: 120,
    rows: 40,
    cursorTo: () => true,
    moveCursor: () => true,
    clearLine: () => true,
    clearScreenDown: () => true,
  });
  output.on('data', (chunk: Buffer) => (written += chunk.toString()));
  const clock = new DrivenClock();
  return { clock, view: createProgressView(output, clock), read: () => written };
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
        'cloning      25%  debian-replica → pve2  (2.0 GiB of 8.0 GiB)',
        'cloning      60%  debian-replica → pve2  (4.8 GiB of 8.0 GiB)',
        'done        100%  debian-replica → pve2  (8.0 GiB of 8.0 GiB)',
        '',
      ].join('\n'),
    );
  });

  it('a failure says why', () => {
    const { view, read } = capture(false);
    view.show(step({ phase: 'FAILED', percent: 10, errorMessage: 'no space left' }));
    expect(read()).toBe('failed       10%  debian-replica → pve2  (no space left)\n');
  });
});

describe('on a terminal', () => {
  it('a step is a bar with bytes, rate and time left, and a line once it has ended', async () => {
    const { clock, view, read } = capture(true);
    view.show(step());
    await clock.advance(10_000);
    view.show(step({ percent: 25, bytesDone: 2n * gibibyte }));
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(read()).toContain(
      '█████░░░░░░░░░░░░░░░ 25% debian-replica → pve2  cloning 2.0 GiB of 8.0 GiB, 205 MiB/s, 30s left',
    );
    view.show(step({ phase: 'DONE', percent: 100 }));
    await new Promise((resolve) => setTimeout(resolve, 150));
    view.end();
    expect(read()).toContain('✓ debian-replica → pve2\n');
  });
});
