import { Histogram, type Registry } from 'prom-client';
import type { ObservedCall } from './proxmox/client-options.ts';

/** Upper bounds, seconds. */
const buckets = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60];

/** Counts requests to Proxmox and the time they took, by cluster, class and code. */
export function createCallMetrics(registry: Registry): (call: ObservedCall) => void {
  const seconds = new Histogram({
    name: 'template_hub_proxmox_request_duration_seconds',
    help: 'Requests to Proxmox and the time they took, by cluster, class and code (OK, or what it failed with).',
    labelNames: ['cluster', 'class', 'code'],
    buckets,
    registers: [registry],
  });
  return ({ clusterId: cluster, method, path, code, seconds: took }) =>
    seconds.observe({ cluster, class: classify(method, path), code }, took);
}

/** What a request is for, in few words: paths hold names. Pure. */
export function classify(method: string, path: string): string {
  if (path.startsWith('/access/ticket')) return 'login';
  if (/\/tasks(?:\/|$)/.test(path)) return method === 'GET' ? 'task' : 'stop-task';
  if (method !== 'GET') return 'change';
  if (path.startsWith('/cluster/')) return 'cluster';
  if (/\/(?:qemu|lxc)\/\d+/.test(path)) return 'guest';
  return 'node';
}
