import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';
import manifest from '../../package.json' with { type: 'json' };

/** The process that is fuzzed. */
export interface FuzzedServer {
  readonly url: string;
  /** Collects garbage, and answers what the process then needs, bytes. */
  measure(): Promise<Memory>;
  /** Ends it. @throws {Error} when it had died before. */
  stop(): Promise<void>;
}

const memory = z.object({ rss: z.number(), heapUsed: z.number() });
/** Memory of a process, bytes. */
export type Memory = z.output<typeof memory>;

/** Starts the server as a process of its own. */
export async function startFuzzedServer(): Promise<FuzzedServer> {
  const child = fork(join(import.meta.dirname, 'server.ts'), {
    execArgv: [...manifest.config['node-flags'].split(' '), '--expose-gc'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const { url } = z.object({ url: z.string() }).parse(await hear(child));
  return {
    url,
    measure: async () => {
      const heard = hear(child);
      child.send('measure');
      return memory.parse(await heard);
    },
    stop: async () => {
      if (child.exitCode !== null) throw new Error(`the server had ended with ${child.exitCode}`);
      child.send('stop');
      await once(child, 'exit');
    },
  };
}

/** The next message of a process; fails when it ends instead. */
async function hear(child: ChildProcess): Promise<unknown> {
  const heard = new AbortController();
  const { signal } = heard;
  const [message]: unknown[] = await Promise.race([
    once(child, 'message', { signal }),
    once(child, 'exit', { signal }).then(([code]: unknown[]) => {
      throw new Error(`the server ended with ${String(code)}`);
    }),
  ]).finally(() => heard.abort());
  return message;
}
