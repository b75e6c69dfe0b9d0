import { spawn } from 'node:child_process';
import { join } from 'node:path';

const program = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');

interface TerminalOptions {
  readonly folder: string;
  /** Typed when the command asks to go on. */
  readonly typed?: string;
  readonly columns?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs the real binary on a terminal of its own. Gives what the terminal showed. */
export function runOnTerminal(words: readonly string[], options: TerminalOptions): Promise<string> {
  const { folder, typed, columns = 80, environment = {} } = options;
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, TERM: 'xterm-256color', ...environment };
  const command = [process.execPath, program, ...words].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['-qec', `stty cols ${columns}; ${command}`, '/dev/null'], {
    cwd: folder,
    env,
  });
  let shown = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    if (shown.includes(' to go on: ') && !child.stdin.writableEnded) child.stdin.end(`${typed ?? ''}\n`);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve(shown));
  });
}

/** The same, with a line that is typed when asked. */
export function typeOnTerminal(
  words: readonly string[],
  options: { folder: string; typed: string },
): Promise<string> {
  return runOnTerminal(words, options);
}
