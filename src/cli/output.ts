import { renderLine, type Line } from './output/line.ts';
import { renderNote, type Note } from './output/note.ts';
import { renderTable, type Place } from './output/render-table.ts';
import type { Table } from './output/table.ts';
import type { Surroundings, TextOutput } from './surroundings.ts';

/** What a command has to say to people: lines, tables, and sentences that may be long. */
export type Block = Line | Table | Note;

/** Writes a line of text. */
export function writeLine(output: TextOutput, line: Line = ''): void {
  output.write(`${renderLine(line, output)}\n`);
}

/** Writes a text that may have several lines. */
export function writeText(output: TextOutput, text: string): void {
  for (const line of text.split('\n')) writeLine(output, line);
}

/** Writes blocks to the standard output, none wider than the terminal but lines, which are as they are. */
export function writeBlocks(surroundings: Surroundings, blocks: readonly Block[]): void {
  const { stdout, clock } = surroundings;
  const place = { output: stdout, width: findWidth(surroundings), now: clock.now() };
  for (const block of blocks) {
    for (const line of renderBlock(block, place)) stdout.write(`${line}\n`);
  }
}

function renderBlock(block: Block, place: Place): string[] {
  if (isTable(block)) return renderTable(block, place);
  return isNote(block) ? renderNote(block, place) : [renderLine(block, place.output)];
}

function isNote(block: Block): block is Note {
  return typeof block === 'object' && 'mark' in block;
}

function isTable(block: Block): block is Table {
  return typeof block === 'object' && 'headings' in block;
}

/** Columns of a terminal that does not tell how many it has. */
const usualWidth = 80;

/** Columns of the terminal; elsewhere COLUMNS where it is set, and else no limit. */
function findWidth({ stdout, environment }: Surroundings): number | undefined {
  const told = Number(environment['COLUMNS']);
  if (stdout.columns) return stdout.columns;
  if (told > 0) return told;
  return stdout.isTTY ? usualWidth : undefined;
}

/** Control characters that JSON lets stand in its texts, though a terminal may obey them. */
const bareControls = /[\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069\uFEFF]/g;

/** Writes one value as one line of JSON, exact, with every control character escaped; big integers become texts. */
export function writeJson(output: TextOutput, value: unknown): void {
  const json = JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'bigint' ? String(part) : part,
  );
  output.write(`${json.replaceAll(bareControls, escapeCharacter)}\n`);
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Waits until everything written so far has left the process. */
export function flush(output: TextOutput): Promise<void> {
  return new Promise((resolve) => output.write('', () => resolve()));
}
