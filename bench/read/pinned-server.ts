import { fork, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { z } from 'zod';
import { usageSchema } from './report-usage.ts';

/** A server in a process of its own, on a processor of its own. */
export interface PinnedServer {
  readonly url: string;
  /** Processor time since its start, and memory. */
  readUsage(): Promise<z.output<typeof usageSchema>>;
  stop(): Promise<void>;
}

const started = z.object({ port: z.number() });

/** Puts a process on one processor, where the machine has the tool for it. */
export function pin(pid: number | undefined, processor: number): void {
  spawnSync('taskset', ['-cp', String(processor), String(pid)], { stdio: 'ignore' });
}

/** Starts a server on processor 0. `flags` are Node's. */
export async function startPinned(
  script: string,
  database: string,
  flags: readonly string[],
): Promise<PinnedServer> {
  const child = fork(script, [database], {
    execArgv: [...flags],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const { port } = started.parse(await nextMessage(child));
  pin(child.pid, 0);
  return {
    url: `http://127.0.0.1:${port}`,
    readUsage: async () => {
      const answer = nextMessage(child);
      child.send('usage');
      return usageSchema.parse(await answer);
    },
    stop: async () => {
      const exit = once(child, 'exit');
      child.disconnect();
      await exit;
    },
  };
}

async function nextMessage(child: ChildProcess): Promise<unknown> {
  const [message] = z.array(z.unknown()).parse(await once(child, 'message'));
  return message;
}
