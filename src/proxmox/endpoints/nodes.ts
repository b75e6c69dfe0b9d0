import { z } from 'zod';
import type { CallOptions } from '../http/call.ts';
import { pathOf } from '../http/call.ts';
import type { ProxmoxClient } from '../client.ts';
import { listOf, maybe, number, text } from '../lenient.ts';

export interface NodeRow {
  node: string;
  /** `online`, `offline` or `unknown` (a member whose statistics are missing). */
  status: string;
  cores?: number;
  /** Share of all cores, 0 to 1. */
  cpu?: number;
  /** Bytes in use and in all. */
  memoryUsed?: number;
  memory?: number;
  /** Seconds. */
  uptime?: number;
  /** SHA-256 of the node's certificate, in hexadecimal with colons. */
  fingerprint?: string;
}

/** A node's figures at this moment. */
export interface NodeStatus {
  version?: string;
  kernel?: string;
  /** Seconds. */
  uptime?: number;
  /** Share of all cores, 0 to 1. */
  cpu?: number;
  /** Averages over 1, 5 and 15 minutes. */
  load: number[];
  memory?: { total?: number; used?: number; free?: number };
  rootDisk?: { total?: number; used?: number; free?: number };
}

const space = z.object({ total: maybe(number), used: maybe(number), free: maybe(number) });

const rowAnswer = listOf(
  z
    .object({
      node: text,
      status: maybe(text),
      maxcpu: maybe(number),
      cpu: maybe(number),
      mem: maybe(number),
      maxmem: maybe(number),
      uptime: maybe(number),
      ssl_fingerprint: maybe(text),
    })
    .transform(
      ({ node, status = 'unknown', maxcpu, cpu, mem, maxmem, uptime, ssl_fingerprint }): NodeRow => ({
        node,
        status,
        cores: maxcpu,
        cpu,
        memoryUsed: mem,
        memory: maxmem,
        uptime,
        fingerprint: ssl_fingerprint,
      }),
    ),
);

const statusAnswer = z
  .object({
    pveversion: maybe(text),
    kversion: maybe(text),
    uptime: maybe(number),
    cpu: maybe(number),
    loadavg: maybe(z.array(number)),
    memory: maybe(space),
    rootfs: maybe(space),
  })
  .transform(({ pveversion, kversion, uptime, cpu, loadavg = [], memory, rootfs }): NodeStatus => ({
    version: pveversion,
    kernel: kversion,
    uptime,
    cpu,
    load: loadavg,
    memory,
    rootDisk: rootfs,
  }));

/** All nodes, the offline ones too. The order is Proxmox's, which is none. */
export function listNodes(client: ProxmoxClient, options?: CallOptions): Promise<NodeRow[]> {
  return client.call({ method: 'GET', path: '/nodes', answer: rowAnswer, ...options });
}

/** One node's figures, live. Needs Sys.Audit on the node. */
export function getNodeStatus(
  client: ProxmoxClient,
  node: string,
  options?: CallOptions,
): Promise<NodeStatus> {
  return client.call({
    method: 'GET',
    path: pathOf('nodes', node, 'status'),
    answer: statusAnswer,
    ...options,
  });
}
