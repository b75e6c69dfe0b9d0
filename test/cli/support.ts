import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { runCli } from '../../src/cli/run-cli.ts';
import { systemClock, type Clock } from '../../src/time/clock.ts';

const program = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');

/** What a command came to. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly folder: string;
  readonly environment?: Record<string, string>;
  /** Where the standard output goes instead of to the test: a file descriptor. */
  readonly stdout?: number;
}

/** A running command, on the real binary. */
export interface RunningHub {
  /** Resolves with the first line of the output that fits; rejects when the command ends without it. */
  waitFor(pattern: RegExp): Promise<RegExpExecArray>;
  kill(signal?: NodeJS.Signals): void;
  /** Closes the reading end of its standard output, as `| head` does. */
  stopReading(): void;
  readonly ended: Promise<Outcome>;
}

/** Starts the real binary in a folder, with nothing of this process's environment but what Node needs. */
export function startHub(
  words: readonly string[],
  { folder, environment = {}, stdout: place }: RunOptions,
): RunningHub {
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, ...environment };
  const child = spawn(process.execPath, [program, ...words], {
    cwd: folder,
    env,
    stdio: ['ignore', place ?? 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<Outcome>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  return {
    ended,
    kill: (signal = 'SIGTERM') => void child.kill(signal),
    stopReading: () => void child.stdout?.destroy(),
    waitFor: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = stdout
            .split('\n')
            .map((line) => pattern.exec(line))
            .find((match) => match !== null);
          if (found) resolve(found);
        };
        child.stdout?.on('data', look);
        look();
        void ended.then(() => reject(new Error(`the command ended before ${pattern}: ${stdout}${stderr}`)));
      }),
  };
}

/** Runs the real binary to its end. */
export function runHub(words: readonly string[], options: RunOptions): Promise<Outcome> {
  return startHub(words, options).ended;
}

export interface HereOptions extends RunOptions {
  readonly clock?: Clock;
}

/** Runs one command line in this process, which is faster; time passes for it by `clock`. */
export async function runHubHere(words: readonly string[], options: HereOptions): Promise<Outcome> {
  const { folder, environment = {}, clock = systemClock } = options;
  const [stdout, stderr] = [collect(), collect()];
  const signal = new AbortController().signal;
  const surroundings = { environment, folder, stdout, stderr, clock, random: Math.random, signal };
  const code = await runCli(words, surroundings);
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

function collect(): Writable & { text(): string } {
  const parts: string[] = [];
  const stream = new Writable({
    write: (chunk: Buffer | string, _encoding, done) => {
      parts.push(String(chunk));
      done();
    },
  });
  return Object.assign(stream, { text: () => parts.join('') });
}

/** A folder for one test. */
export function makeFolder(): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'hub-cli-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A sample database. */
export function findSample(name: string): string {
  return join(import.meta.dirname, '..', 'data', `${name}.db`);
}

/** The clusters of the sample databases, as the Python system wrote them. */
export const legacyClusters = [
  {
    id: 'cluster1',
    name: 'Main',
    host: '10.220.15.249',
    user: 'root@pam',
    password: 'hunter2',
    verify_ssl: false,
  },
  {
    id: 'cluster2',
    name: 'Second',
    host: '10.220.12.6',
    user: 'root@pam',
    password: 'hunter2',
    verify_ssl: false,
  },
];
