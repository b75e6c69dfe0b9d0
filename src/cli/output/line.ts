import { styleText } from 'node:util';
import { toPrintable } from '../../log/printable.ts';
import type { TextOutput } from '../surroundings.ts';

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow';

/** A text with a look, where the output shows colours. */
export interface Styled {
  readonly style: Style;
  readonly text: string;
}

/** A piece of a line, with or without a look. */
export type Text = string | Styled;

/** A line of output. Its texts may come from anywhere: they are made printable when they are written. */
export type Line = string | readonly Text[];

/** Gives a text a look. */
export function paint(style: Style, text: string): Styled {
  return { style, text };
}

/** Gives a text another wording, and leaves its look. */
export function reword(text: Text, change: (words: string) => string): Text {
  return typeof text === 'string' ? change(text) : { ...text, text: change(text.text) };
}

/** The words of a text. */
export function wordsOf(text: Text): string {
  return typeof text === 'string' ? text : text.text;
}

/** A text as it is written: without control characters; with colours on a terminal, unless NO_COLOR is set. */
export function renderText(text: Text, output: TextOutput): string {
  if (typeof text === 'string') return toPrintable(text);
  return styleText(text.style, toPrintable(text.text), { stream: output, validateStream: true });
}

/** A line as it is written. */
export function renderLine(line: Line, output: TextOutput): string {
  if (typeof line === 'string') return toPrintable(line);
  return line.map((part) => renderText(part, output)).join('');
}
