import type { Transport, TransportRequest, TransportResponse } from '../../../src/proxmox/http/transport.ts';

/** A call whose task is to be accepted, to end well, and to have done nothing. */
export interface HollowCall {
  method: 'POST' | 'DELETE';
  /** Of the path without the query. */
  path: RegExp;
  /** Of the task that the server names; null is answered where it names none. */
  type: string | null;
}

/** A server that answers such calls with tasks without effect; counts them. */
export function hollowTasks({ method, path, type }: HollowCall): {
  spoil: (transport: Transport) => Transport;
  count: () => number;
} {
  let calls = 0;
  const ok = (data: unknown): TransportResponse => ({
    status: 200,
    reason: 'OK',
    body: JSON.stringify({ data }),
  });
  const answer = (request: TransportRequest): TransportResponse | undefined => {
    const place = decodeURIComponent(request.path.replace(/\?.*/, ''));
    if (place.includes(':0000AAAA:')) {
      return place.endsWith('/log')
        ? ok([{ n: 1, t: 'TASK OK' }])
        : ok({ status: 'stopped', exitstatus: 'OK' });
    }
    if (request.method !== method || !path.test(place)) return undefined;
    calls += 1;
    const [, node, vmid] = /\/nodes\/([^/]+)\/\w+\/(\d+)/.exec(place) ?? [];
    return ok(type === null ? null : `UPID:${node}:0000AAAA:0000AAAA:6B09E777:${type}:${vmid}:hub@pve:`);
  };
  return {
    spoil: (transport) => async (request) => answer(request) ?? transport(request),
    count: () => calls,
  };
}
