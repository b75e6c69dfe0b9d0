import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { classifyRoute } from './metrics/route-class.ts';
import manifest from '../../package.json' with { type: 'json' };

/** Counts what the server does, for Prometheus. */
export interface Metrics {
  /** Counts each request that the application answers. */
  install(app: FastifyInstance): void;
  /** Counts a look for a known answer. */
  countLookup(outcome: 'hit' | 'miss'): void;
  /** All that was counted, in Prometheus' text format. */
  write(): Promise<{ readonly type: string; readonly text: string }>;
}

/** Upper bounds of the histogram's buckets, seconds: known answers are below the first. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60];

/** Makes the counters of a server, in a registry that others write into as well; `refresh` is called before it is told. */
export function createMetrics(registry: Registry, refresh: () => Promise<void>): Metrics {
  collectDefaultMetrics({ register: registry });
  const build = new Gauge({
    name: 'template_hub_build_info',
    help: 'Always 1; tells the version, and the Node it runs on.',
    labelNames: ['version', 'node'],
    registers: [registry],
  });
  build.set({ version: manifest.version, node: process.version }, 1);
  const seconds = new Histogram({
    name: 'template_hub_request_duration_seconds',
    help: 'Answered requests and the time they took, by class of route, route and status.',
    labelNames: ['class', 'route', 'status'],
    buckets,
    registers: [registry],
  });
  const lookups = new Counter({
    name: 'template_hub_answer_lookups_total',
    help: 'Looks for a known answer to a read, by outcome.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  const outcomes = { hit: lookups.labels('hit'), miss: lookups.labels('miss') };
  const children = new Map<string, Histogram.Internal<string>>();
  const find = (route: string | undefined, status: number) => {
    const key = `${route} ${status}`;
    let child = children.get(key);
    if (!child) {
      child = seconds.labels(classifyRoute(route), route ?? 'unknown', String(status));
      children.set(key, child);
    }
    return child;
  };
  return {
    install: (app) => {
      app.addHook('onResponse', (request, reply, done) => {
        find(request.routeOptions.url, reply.raw.statusCode).observe(reply.elapsedTime / 1000);
        done();
      });
    },
    countLookup: (outcome) => outcomes[outcome].inc(),
    write: async () => {
      await refresh();
      return { type: registry.contentType, text: await registry.metrics() };
    },
  };
}
