import { clearScreenDown, cursorTo, moveCursor } from 'node:readline';
import { renderLine, type Line } from '../output/line.ts';
import type { TextOutput } from '../surroundings.ts';

/** Lines at the end of a terminal that are drawn over and over; other lines go above them. */
export interface LiveLines {
  /** Draws these lines in place of the last ones. None of them may be longer than the terminal is wide. */
  draw(lines: readonly Line[]): void;
  /** Writes lines that stay, above the live ones. */
  say(lines: readonly Line[]): void;
  /** Takes the live lines away. */
  end(): void;
}

const hideCursor = '\u001B[?25l';
const showCursor = '\u001B[?25h';

/** Makes live lines on a terminal. */
export function createLiveLines(output: TextOutput): LiveLines {
  let live: readonly Line[] = [];
  let height = 0;
  const erase = () => {
    if (height === 0) return;
    moveCursor(output, 0, -height);
    cursorTo(output, 0);
    clearScreenDown(output);
    height = 0;
  };
  const write = (lines: readonly Line[]) => {
    for (const line of lines) output.write(`${renderLine(line, output)}\n`);
  };
  const redraw = () => {
    erase();
    if (live.length > 0) output.write(hideCursor);
    write(live);
    height = live.length;
  };
  return {
    draw: (lines) => {
      live = lines;
      redraw();
    },
    say: (lines) => {
      erase();
      write(lines);
      redraw();
    },
    end: () => {
      live = [];
      erase();
      output.write(showCursor);
    },
  };
}
