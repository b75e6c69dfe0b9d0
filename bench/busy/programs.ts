import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import manifest from '../../package.json' with { type: 'json' };

const cli = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');
/** Of /proc/<pid>/stat, on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** A command of the product, running as users start it. */
export interface Program {
  /** Seconds of processor time since its start. */
  readCpu(): number;
  stop(): Promise<void>;
}

/** Starts a command line in a folder, with these variables of the environment beside its own. */
export function startProgram(
  folder: string,
  words: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Program {
  const flags = manifest.config['node-flags'].split(' ');
  const child = spawn(process.execPath, [...flags, cli, ...words], {
    cwd: folder,
    env: { ...process.env, ...variables },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return { readCpu: () => readCpu(child), stop: () => stop(child) };
}

function readCpu({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}

/** Tries until there is an answer, for at most two minutes. */
export async function waitFor<Answer>(ask: () => Promise<Answer | undefined>): Promise<Answer> {
  let last: unknown;
  for (let second = 0; second < 120; second += 1) {
    const answer = await ask().catch((error: unknown) => {
      last = error;
      return undefined;
    });
    if (answer !== undefined) return answer;
    await setTimeout(1000);
  }
  throw new Error('there was no answer within two minutes', { cause: last });
}
