import stringWidth from 'string-width';
import { toPrintable } from '../../log/printable.ts';
import type { TextOutput } from '../surroundings.ts';
import { breakWords } from './break-words.ts';
import { renderText, wordsOf, type Text } from './line.ts';

/** A sentence with a mark before it, wrapped between words where it is longer than the terminal is wide. */
export interface Note {
  readonly mark: Text;
  readonly words: string;
}

/** A sentence with a mark (or a name) before it. */
export function makeNote(mark: Text, words: string): Note {
  return { mark, words };
}

/** Words are not wrapped into less than this. */
const leastRoom = 8;

/** A note as lines: what does not fit goes below, as far in as the words began. */
export function renderNote(
  { mark, words }: Note,
  { output, width }: { output: TextOutput; width: number | undefined },
): string[] {
  const indent = stringWidth(wordsOf(mark)) + 1;
  const room = width === undefined ? undefined : Math.max(leastRoom, width - indent);
  const [first = '', ...rest] = wrap(toPrintable(words), room);
  return [`${renderText(mark, output)} ${first}`, ...rest.map((line) => `${' '.repeat(indent)}${line}`)];
}

function wrap(text: string, room: number | undefined): string[] {
  if (room === undefined) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of breakWords(text, room).split(' ')) {
    if (line !== '' && stringWidth(line) + 1 + stringWidth(word) > room) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
