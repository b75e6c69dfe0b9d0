import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { paint } from '../../../src/cli/output/line.ts';
import { renderTable } from '../../../src/cli/output/render-table.ts';
import { makeTable, type Cell } from '../../../src/cli/output/table.ts';

const now = Date.UTC(2026, 0, 2, 12);

function render(headings: readonly string[], rows: readonly (readonly Cell[])[], width?: number): string[] {
  return renderTable(makeTable(headings, rows), { output: new PassThrough(), width, now });
}

function sortCharacters(text: string): string {
  return text.replaceAll(/\s/g, '').split('').sort().join('');
}

describe('a table', () => {
  it('has numbers to the right, moments seen from now, and no column without a value', () => {
    const rows = [
      [100, 'debian', null, new Date(now - 300_000), true],
      [9000, 'alpine', '', null, false],
    ];
    expect(render(['vmid', 'name', 'error', 'seen', 'base'], rows)).toEqual([
      'VMID  NAME    SEEN    BASE',
      ' 100  debian  5m ago  yes',
      '9000  alpine  –       no',
    ]);
  });

  it('without rows is nothing', () => {
    expect(render(['vmid'], [])).toEqual([]);
  });

  it('wraps texts into the width of the terminal, long words at their seams', () => {
    const rows = [
      [1, 'windows-2022-datacenter-core', 'no space is left on the storage'],
      [2, 'alpine', 'fine'],
    ];
    expect(render(['n', 'name', 'reason'], rows, 40)).toEqual([
      'N  NAME               REASON',
      '1  windows-2022-      no space is left',
      '   datacenter-core    on the storage',
      '2  alpine             fine',
    ]);
  });

  it('becomes a line for each value where it cannot fit', () => {
    const rows = [
      [1, 'alpine', 'beta'],
      [2, 'debian', 'alpha'],
    ];
    expect(render(['vmid', 'name', 'cluster'], rows, 16)).toEqual([
      'VMID     1',
      'NAME     alpine',
      'CLUSTER  beta',
      '',
      'VMID     2',
      'NAME     debian',
      'CLUSTER  alpha',
    ]);
  });

  it('shows names of other systems without what a terminal obeys, in colours too', () => {
    const lines = render(
      ['name', 'state'],
      [['\u001B[31mevil\u001B[0m\r\nname', paint('red', '\u001B[2Jbad')]],
    );
    expect(lines).toEqual(['NAME       STATE', 'evil name  bad']);
  });

  it('is never wider than the terminal and loses no character', () => {
    const text = fc.stringMatching(/^[a-z0-9中文./ -]{1,70}$/);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(text, text, fc.integer({ min: 0, max: 99_999 })), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 36, max: 120 }),
        (rows, width) => {
          const lines = render(['name', 'reason', 'vmid'], rows, width);
          for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width);
          const given = `NAMEREASONVMID${rows.flat().join('')}`;
          expect(sortCharacters(lines.join('')).replaceAll('–', '')).toBe(sortCharacters(given));
        },
      ),
    );
  });
});
