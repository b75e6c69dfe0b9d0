import type { TextOutput } from './surroundings.ts';

/** Writes a line of text. */
export function writeLine(output: TextOutput, line = ''): void {
  output.write(`${line}\n`);
}

/** Writes one value as one line of JSON; big integers become texts. */
export function writeJson(output: TextOutput, value: unknown): void {
  output.write(
    `${JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? String(part) : part))}\n`,
  );
}

/** Waits until everything written so far has left the process. */
export function flush(output: TextOutput): Promise<void> {
  return new Promise((resolve) => output.write('', () => resolve()));
}
