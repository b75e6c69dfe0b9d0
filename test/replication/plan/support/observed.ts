import type { Marker } from '../../../../src/inventory/lineage/marker.ts';
import type {
  ClusterObservation,
  ObservedNode,
  ObservedStorage,
  ObservedTemplate,
  TemplateDetails,
} from '../../../../src/inventory/observe/observation.ts';
import { parseDisks } from '../../../../src/proxmox/guests/disks.ts';
import { describeTemplate } from '../../../../src/inventory/observe/read-guest.ts';
import type { PlanInput, PlanRow } from '../../../../src/replication/plan/plan.ts';
import {
  replicationPolicySchema,
  type ReplicationPolicyInput,
} from '../../../../src/replication/policy/policy.ts';

export const gibibyte = 2 ** 30;

export function node(name: string, more: Partial<ObservedNode> = {}): ObservedNode {
  return { name, state: 'ONLINE', guests: 0, listed: true, ...more };
}

export function storage(where: string, more: Partial<ObservedStorage> = {}): ObservedStorage {
  const [place = '', name = ''] = where.split('/');
  const size = { total: 1000 * gibibyte, available: 900 * gibibyte };
  const content = ['images', 'rootdir', 'iso'];
  return { node: place, name, type: 'dir', shared: false, content, active: true, ...size, ...more };
}

export interface TemplateInput {
  vmid: number;
  node: string;
  name?: string;
  kind?: 'qemu' | 'lxc';
  /** Configuration lines; a disk of 10 GiB on `local` unless told. */
  config?: Record<string, string>;
  marker?: Partial<Marker>;
  more?: Partial<ObservedTemplate>;
}

export function template({
  vmid,
  node,
  name = `t${vmid}`,
  kind = 'qemu',
  config,
  marker,
  more,
}: TemplateInput): ObservedTemplate {
  const options = config ?? {
    scsi0: `local:${vmid}/base-${vmid}-disk-0.raw,size=10G`,
    smbios1: `uuid=${vmid}`,
  };
  const written = {
    template: true,
    tags: [],
    digest: 'd',
    protection: options['protection'] === '1',
    options,
  };
  const details: TemplateDetails = describeTemplate(
    { ...written, disks: parseDisks(options) },
    { kind, vmid, readAt: 0 },
  );
  const own = marker && {
    kind: 'replica' as const,
    vmid,
    source: 100,
    generation: '0'.repeat(16),
    token: 't',
    ...marker,
  };
  return { vmid, kind, node, name, tags: [], seen: true, details: { ...details, marker: own }, ...more };
}

/** Three nodes, each with `local` (dir) and `thin` (lvmthin), and `san` (nfs) shared by all. */
export function cluster(...templates: ObservedTemplate[]): ClusterObservation {
  const names = ['pve1', 'pve2', 'pve3'];
  const storages = names.flatMap((name) => [
    storage(`${name}/local`),
    storage(`${name}/san`, { type: 'nfs', shared: true }),
    storage(`${name}/thin`, { type: 'lvmthin' }),
  ]);
  return observe({ nodes: names.map((name) => node(name)), storages, templates });
}

export function observe(parts: Partial<ClusterObservation>): ClusterObservation {
  const lists = { nodes: [], storages: [], guests: [], templates: [], gone: [] };
  return { clusterId: 'lab', at: 0, reachable: true, quorate: true, complete: true, ...lists, ...parts };
}

export function input(
  observation: ClusterObservation,
  { policy = {}, ...more }: Partial<Omit<PlanInput, 'policy'>> & { policy?: ReplicationPolicyInput } = {},
): PlanInput {
  return { observation, rows: [], running: [], ...more, policy: replicationPolicySchema.parse(policy) };
}

export function row(vmid: number, more: Partial<PlanRow> = {}): PlanRow {
  const times = { createdAt: new Date(0), copiedAt: null, reopenedAt: null };
  const nothing = { sourceVmid: null, classId: null, sourceGeneration: null, ...times };
  const plain = {
    name: `t${vmid}`,
    node: 'pve1',
    state: 'PRESENT',
    isReplica: false,
    isClassTemplate: false,
  };
  return { vmid, ...plain, ...nothing, ...more };
}
