import { fireRequests } from './autocannon.ts';
import type { PinnedServer } from './pinned-server.ts';

/** One request of a kind; `turn` makes requests differ where they are to. */
export interface BenchRequest {
  readonly method: 'GET' | 'POST';
  path(turn: number): string;
  body?(turn: number): string;
  /** Besides what a body needs. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a server did. */
export interface Measured {
  /** Requests a second of processor time. */
  readonly perCpuSecond: number;
  readonly cpuMicroseconds: number;
  /** Milliseconds. */
  readonly p99: number;
  readonly rss: number;
}

/** How long is measured, seconds. */
interface MeasureOptions {
  readonly seconds: number;
  /** Before it: the compiler gets to know the case. */
  readonly warmUp?: number;
  /** Turns that earlier measurements have not had. */
  readonly firstTurn?: number;
}

const connections = 64;

/** Asks a server the same kind of request for some seconds, over 64 connections. */
export async function measure(
  server: PinnedServer,
  request: BenchRequest,
  { seconds, warmUp = 3, firstTurn = 1_000_000 }: MeasureOptions,
): Promise<Measured> {
  if (warmUp > 0) await fire(server, request, warmUp, 0);
  const before = await server.readUsage();
  const result = await fire(server, request, seconds, firstTurn);
  const after = await server.readUsage();
  const failed = result.non2xx + result.errors;
  if (failed > 0 || result.requests.total === 0) {
    throw new Error(`${request.path(0)}: ${failed} of ${result.requests.total} requests failed`);
  }
  const cpu = after.cpuMicroseconds - before.cpuMicroseconds;
  return {
    perCpuSecond: (result.requests.total / cpu) * 1e6,
    cpuMicroseconds: cpu / result.requests.total,
    p99: result.latency.p99,
    rss: after.rss,
  };
}

function fire({ url }: PinnedServer, request: BenchRequest, duration: number, firstTurn: number) {
  let turn = firstTurn;
  return fireRequests({
    url,
    connections,
    duration,
    requests: [
      {
        method: request.method,
        headers: { ...(request.body ? { 'content-type': 'application/json' } : {}), ...request.headers },
        setupRequest: (sent) => {
          turn += 1;
          return { ...sent, path: request.path(turn), ...(request.body ? { body: request.body(turn) } : {}) };
        },
      },
    ],
  });
}
