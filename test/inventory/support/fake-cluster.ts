import type { Call } from '../../../src/proxmox/http/call.ts';
import type { ProxmoxClient } from '../../../src/proxmox/client.ts';
import { ProxmoxError } from '../../../src/proxmox/failures/proxmox-error.ts';
import type { ProxmoxErrorCode } from '../../../src/proxmox/failures/failure-codes.ts';
import { DrivenClock } from '../../../src/time/driven-clock.ts';

/** A guest of the fake cluster. `stale` changes what `/cluster/resources` says of it. */
export interface FakeGuest {
  vmid: number;
  node: string;
  kind?: 'qemu' | 'lxc';
  name?: string;
  template?: boolean;
  tags?: string;
  pool?: string;
  lock?: string;
  config?: Record<string, unknown>;
  stale?: Record<string, unknown>;
  /** Not shown to the caller, though it is there. */
  hidden?: boolean;
}

export interface FakeNode {
  name: string;
  online?: boolean;
  status?: string;
}

/** A cluster that answers the calls of a scan, without HTTP; the tests change its fields. */
export class FakeCluster {
  readonly clock = new DrivenClock();
  readonly calls: string[] = [];
  nodes: FakeNode[] = [{ name: 'pve1' }, { name: 'pve2' }, { name: 'pve3' }];
  guests: FakeGuest[] = [];
  storages: Record<string, unknown>[] = [];
  quorate = 1;
  /** What the caller may do, by path. */
  permissions: Record<string, Record<string, number>> = {
    '/': { 'Sys.Audit': 1 },
    '/vms': { 'VM.Audit': 1 },
    '/storage': { 'Datastore.Audit': 1 },
  };
  /** Path (or its beginning) → the error that it answers. */
  faults = new Map<string, ProxmoxErrorCode>();
  readonly id: string;

  constructor(id = 'lab') {
    this.id = id;
  }

  get client(): ProxmoxClient {
    return {
      clusterId: this.id,
      isRoot: false,
      clock: this.clock,
      random: () => 0.5,
      call: async (call) => this.#answer(call),
      close: () => undefined,
    };
  }

  /** Calls since the last time, sorted. */
  takeCalls(): string[] {
    return this.calls.splice(0).sort();
  }

  #answer<Result>(call: Call<Result>): Result {
    const query = call.parameters?.['vmid'];
    const path = query === undefined ? call.path : `${call.path}?vmid=${String(query)}`;
    this.calls.push(path);
    call.signal?.throwIfAborted();
    for (const [begin, code] of this.faults) if (path.startsWith(begin)) throw this.#error(code, call);
    return call.answer.parse(this.#data(path, call));
  }

  #data(path: string, call: Call<unknown>): unknown {
    if (path === '/cluster/resources') return this.#resources();
    if (path === '/cluster/status') return this.#status();
    if (path === '/access/permissions') return this.permissions;
    if (path === '/version') return { version: '8.4.21', release: '8.4', repoid: 'abc' };
    if (path.startsWith('/cluster/nextid')) {
      const vmid = Number(call.parameters?.['vmid']);
      if (this.guests.some((guest) => guest.vmid === vmid)) throw this.#error('VMID_TAKEN', call);
      return String(vmid);
    }
    const [, , node, kind, vmid] = path.split('/');
    const guests = this.guests.filter((guest) => guest.node === node && (guest.kind ?? 'qemu') === kind);
    if (vmid === undefined) return guests.filter(({ hidden }) => !hidden).map(describeLive);
    const guest = guests.find((one) => String(one.vmid) === vmid);
    if (!guest) throw this.#error('GUEST_NOT_FOUND', call);
    return {
      digest: 'd',
      ...(guest.template && { template: 1 }),
      name: guest.name,
      tags: guest.tags,
      ...guest.config,
    };
  }

  #resources(): unknown[] {
    const nodes = this.nodes.map(({ name, online = true, status }) => ({
      type: 'node',
      node: name,
      status: status ?? (online ? 'online' : 'offline'),
      maxcpu: 8,
      maxmem: 2 ** 35,
      mem: 2 ** 30,
    }));
    const guests = this.guests
      .filter(({ hidden }) => !hidden)
      .map(({ stale, pool, ...guest }) => ({
        ...describeLive(guest),
        type: guest.kind ?? 'qemu',
        node: guest.node,
        pool,
        ...stale,
      }));
    return [...nodes, ...guests, ...this.storages.map((storage) => ({ type: 'storage', ...storage }))];
  }

  #status(): unknown[] {
    const nodes = this.nodes.map(({ name, online = true }, index) => ({
      type: 'node',
      name,
      nodeid: index + 1,
      online: online ? 1 : 0,
    }));
    return [{ type: 'cluster', name: 'fake', quorate: this.quorate }, ...nodes];
  }

  #error(code: ProxmoxErrorCode, { method, path }: Call<unknown>): ProxmoxError {
    const failure = { code, retryable: 'safe' as const };
    return new ProxmoxError({ failure, clusterId: this.id, method, path, serverMessage: `fake ${code}` });
  }
}

function describeLive({ vmid, name, template = false, tags, lock }: FakeGuest): Record<string, unknown> {
  return {
    vmid,
    name,
    template: template ? 1 : 0,
    status: 'stopped',
    tags,
    lock,
    maxdisk: 2 ** 30,
    maxcpu: 2,
  };
}

/** A row of `/cluster/resources` for a local directory storage. */
export function localStorage(node: string, name = 'local'): Record<string, unknown> {
  const content = 'images,rootdir,iso';
  const size = { disk: 10 * 2 ** 30, maxdisk: 500 * 2 ** 30 };
  return { storage: name, node, status: 'available', shared: 0, plugintype: 'dir', content, ...size };
}

/** A template with one disk on `local`. */
export function fakeTemplate(vmid: number, node: string, more: Partial<FakeGuest> = {}): FakeGuest {
  const config = {
    scsi0: `local:${vmid}/base-${vmid}-disk-0.qcow2,size=10G`,
    smbios1: `uuid=${vmid}-uuid`,
    meta: 'creation-qemu=9.0.2,ctime=1700000000',
    ...more.config,
  };
  return { vmid, node, name: `t${vmid}`, template: true, ...more, config };
}
