import type { Reply } from './http/reply.ts';

/** Counts what the server does, for Prometheus. */
export interface Metrics {
  /** A request was answered. `route` is one of a few words, never a path. */
  count(route: string, status: number, seconds: number): void;
  reply(): Reply;
}

/** Makes the counters of a server. */
export function createMetrics(): Metrics {
  const routes = new Map<string, RouteCount>();
  return {
    count: (route, status, duration) => {
      let counted = routes.get(route);
      if (!counted) routes.set(route, (counted = { seconds: 0, byStatus: new Map() }));
      counted.seconds += duration;
      counted.byStatus.set(status, (counted.byStatus.get(status) ?? 0) + 1);
    },
    reply: () => {
      const { rss, heapUsed } = process.memoryUsage();
      const { user, system } = process.cpuUsage();
      const { requests, seconds } = labelCounts(routes);
      const lines = [
        ...describe('template_hub_requests_total', 'counter', 'Answered requests.', requests),
        ...describe('template_hub_request_seconds_total', 'counter', 'Time spent on requests.', seconds),
        ...describe('process_resident_memory_bytes', 'gauge', 'Memory of the process.', new Map([['', rss]])),
        ...describe('nodejs_heap_used_bytes', 'gauge', 'Heap in use.', new Map([['', heapUsed]])),
        ...describe(
          'process_cpu_seconds_total',
          'counter',
          'Processor time.',
          new Map([['', (user + system) / 1e6]]),
        ),
      ];
      return {
        status: 200,
        headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' },
        body: `${lines.join('\n')}\n`,
      };
    },
  };
}

/** What happened on one route. Labels are written when somebody asks: that is seldom, and requests are many. */
interface RouteCount {
  seconds: number;
  readonly byStatus: Map<number, number>;
}

function labelCounts(routes: ReadonlyMap<string, RouteCount>) {
  const requests = new Map<string, number>();
  const seconds = new Map<string, number>();
  for (const [route, counted] of routes) {
    seconds.set(`route="${route}"`, counted.seconds);
    for (const [status, count] of counted.byStatus)
      requests.set(`route="${route}",status="${status}"`, count);
  }
  return { requests, seconds };
}

function describe(name: string, type: string, help: string, values: ReadonlyMap<string, number>): string[] {
  const samples = [...values].map(
    ([labels, value]) => `${name}${labels === '' ? '' : `{${labels}}`} ${value}`,
  );
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples];
}
