import type { Cluster, Counts } from './engine/cluster.ts';
import { isTemplate } from './engine/guests.ts';
import { describeGuestName } from './engine/statistics.ts';
import { describeVolume } from './engine/volumes.ts';
import type { Fault } from './control/fault.ts';

/** The books of a simulator, as they are and not as the API shows them. */
export interface SimulatorState {
  readonly clusters: readonly ClusterState[];
}

export interface ClusterState {
  readonly id: string;
  readonly version: string;
  readonly nodes: readonly { readonly name: string; readonly online: boolean }[];
  readonly guests: readonly GuestState[];
  readonly volumes: readonly VolumeState[];
  readonly tasks: readonly TaskState[];
  /** What was done since the start. */
  readonly counts: Counts;
  readonly faults: readonly { readonly id: string; readonly fault: Fault }[];
}

export interface GuestState {
  readonly vmid: number;
  readonly type: 'qemu' | 'lxc';
  readonly node: string;
  readonly name: string;
  readonly template: boolean;
  readonly running: boolean;
  readonly lock: string | undefined;
  readonly config: Readonly<Record<string, string>>;
}

export interface VolumeState {
  readonly volid: string;
  readonly node: string | undefined;
  readonly vmid: number | undefined;
  readonly size: number;
  readonly data: number;
  readonly parent: string | undefined;
}

export interface TaskState {
  readonly upid: string;
  readonly node: string;
  readonly type: string;
  readonly id: string;
  readonly status: 'running' | 'stopped';
  readonly exitStatus: string | undefined;
}

/** Describes one cluster. */
export function describeCluster(cluster: Cluster): ClusterState {
  return {
    id: cluster.id,
    version: cluster.behaviour.version,
    nodes: [...cluster.nodes.keys()].map((name) => ({ name, online: cluster.isUp(name) })),
    guests: cluster.guests.list().map((guest) => ({
      vmid: guest.vmid,
      type: guest.type,
      node: guest.node,
      name: describeGuestName(guest.type, guest.vmid, guest.config),
      template: isTemplate(guest),
      running: guest.running,
      lock: guest.config.get('lock'),
      config: Object.fromEntries(guest.config),
    })),
    volumes: cluster.volumes.list().map((volume) => ({
      volid: describeVolume(volume),
      node: volume.node,
      vmid: volume.vmid,
      size: volume.size,
      data: volume.data,
      parent: volume.parent,
    })),
    tasks: [...cluster.tasks.running(), ...cluster.tasks.finished()].map((task) => ({
      upid: task.upid,
      node: task.parts.node,
      type: task.parts.type,
      id: task.parts.id,
      status: task.endedAt === undefined ? 'running' : 'stopped',
      exitStatus: task.endedAt === undefined ? undefined : (task.exitStatus ?? 'unexpected status'),
    })),
    counts: { ...cluster.counts },
    faults: cluster.faults.list(),
  };
}
