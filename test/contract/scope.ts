import type { Json } from './json.ts';
import type { RecordedRequest } from './line-forms.ts';

/** Endpoints that the simulator promises, as `METHOD path`; `*` stands for one segment. */
const PROMISED: readonly string[] = [
  'GET /',
  'GET|POST /access/ticket',
  'GET /access/permissions',
  'GET|POST /access/users',
  'GET|PUT|DELETE /access/users/*',
  'GET /access/users/*/token',
  'GET|POST|PUT|DELETE /access/users/*/token/*',
  'GET|POST /access/roles',
  'GET|PUT|DELETE /access/roles/*',
  'GET|PUT /access/acl',
  'GET /version',
  'GET /cluster/status',
  'GET /cluster/resources',
  'GET /cluster/nextid',
  'GET /cluster/tasks',
  'GET|POST|PUT|DELETE /pools',
  'GET|PUT|DELETE /pools/*',
  'GET /storage',
  'GET /storage/*',
  'GET /nodes',
  'GET /nodes/*/status',
  'GET /nodes/*/version',
  'GET /nodes/*/storage',
  'GET /nodes/*/storage/*/status',
  'GET /nodes/*/storage/*/content',
  'GET /nodes/*/tasks',
  'GET|DELETE /nodes/*/tasks/*',
  'GET /nodes/*/tasks/*/status',
  'GET /nodes/*/tasks/*/log',
  'GET|POST /nodes/*/qemu',
  'DELETE /nodes/*/qemu/*',
  'GET|PUT|POST /nodes/*/qemu/*/config',
  'POST /nodes/*/qemu/*/clone',
  'POST /nodes/*/qemu/*/template',
  'GET|POST /nodes/*/qemu/*/migrate',
  'GET /nodes/*/qemu/*/status/current',
  'POST /nodes/*/qemu/*/status/start',
  'POST /nodes/*/qemu/*/status/stop',
  'GET /nodes/*/qemu/*/feature',
];

const PATTERNS = PROMISED.map((entry) => {
  const [methods = '', path = ''] = entry.split(' ');
  return { methods: methods.split('|'), segments: split(path) };
});

/** Whether the simulator promises to serve this method and path. */
export function isPromised(request: Pick<RecordedRequest, 'method' | 'path'>): boolean {
  const [, ...segments] = split((request.path.split('?')[0] ?? '').replace(/^\/api2/, ''));
  return PATTERNS.some(
    (pattern) =>
      pattern.methods.includes(request.method) &&
      pattern.segments.length === segments.length &&
      pattern.segments.every((expected, index) => expected === '*' || expected === segments[index]),
  );
}

/** A worker that an answer announced: its UPID is the whole `data`. */
export function announcedUpid(body: Json): string | undefined {
  if (body === null || typeof body !== 'object' || Array.isArray(body)) return undefined;
  const { data } = body;
  return typeof data === 'string' && data.startsWith('UPID:') ? data : undefined;
}

/** The UPID that a request for a task names, decoded. */
export function requestedUpid(path: string): string | undefined {
  const segment = /\/tasks\/([^/?]+)/.exec(path)?.[1];
  if (segment === undefined) return undefined;
  const upid = decodeSegment(segment);
  return upid.startsWith('UPID:') ? upid : undefined;
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (error instanceof URIError) return segment;
    throw error;
  }
}

function split(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}
