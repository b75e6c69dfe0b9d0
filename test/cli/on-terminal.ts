import { spawn } from 'node:child_process';
import { join } from 'node:path';

const program = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');

/** Runs the real binary on a terminal of its own and types a line when asked. Gives what the terminal showed. */
export function typeOnTerminal(
  words: readonly string[],
  { folder, typed }: { folder: string; typed: string },
): Promise<string> {
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder };
  const command = [process.execPath, program, ...words].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['-qec', command, '/dev/null'], { cwd: folder, env });
  let shown = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    if (shown.includes(' to go on: ') && !child.stdin.writableEnded) child.stdin.end(`${typed}\n`);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve(shown));
  });
}
