/**
 * A world: everything a simulator starts from and can be written back to. All sizes are bytes (or texts such as `10G`
 * in a file), all times epoch seconds, all rates bytes per second. `readWorld` loads one from YAML or JSON.
 */
import { z } from 'zod';
import { isUser } from '../names/account.ts';
import { bytesSchema } from './world/sizes.ts';

const vmidSchema = z.int().min(100).max(999_999_999);
const nameSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.-]*$/);

/** The full version of the installation: `7.4-17`, `8.4.21`, `9.2.11`. The behaviour follows from it. */
const versionSchema = z.string().regex(/^[789]\.\d+([.-]\d+)?$/);

export const nodeSchema = z.object({
  name: nameSchema,
  /** Corosync id; default: its place in the list, from 1. */
  id: z.int().positive().optional(),
  /** The address the cluster shows. */
  ip: z.string().default('10.0.0.1'),
  /** Loopback address of the node's own listener; default: the host given to `listen`. */
  host: z.string().optional(),
  cpus: z.int().positive().default(8),
  memory: bytesSchema.default(32 * 1024 ** 3),
  rootfs: z
    .object({ total: bytesSchema, used: bytesSchema })
    .default({ total: 100 * 1024 ** 3, used: 10 * 1024 ** 3 }),
  /** False: powered off from the start. */
  online: z.boolean().default(true),
  /** Network bandwidth for migrations. */
  bandwidth: bytesSchema.default(1024 ** 3),
  /** Bridges that guests can be plugged into. */
  bridges: z.array(z.string()).default(['vmbr0']),
  /** PCI addresses of devices that guests can be given: `0000:01:00.0`. */
  pci: z.array(z.string()).default([]),
  /** In maintenance, as high availability understands it: the node runs, its guests are to leave it. */
  maintenance: z.boolean().default(false),
});

export const storageTypes = ['dir', 'nfs', 'cifs', 'lvmthin', 'lvm', 'zfspool', 'rbd', 'btrfs'] as const;

export const storageSchema = z.object({
  id: z.string().regex(/^[A-Za-z][A-Za-z0-9_.-]*[A-Za-z0-9]$/),
  type: z.enum(storageTypes),
  path: z.string().optional(),
  /** As set by the administrator; nfs, cifs and rbd are always shared. */
  shared: z.boolean().default(false),
  content: z.array(z.string()).default(['images', 'rootdir']),
  /** The only nodes that may use it; default all. */
  nodes: z.array(z.string()).optional(),
  disabled: z.boolean().default(false),
  total: bytesSchema.default(500 * 1024 ** 3),
  /** Bytes used by things other than the simulated volumes. */
  used: bytesSchema.default(0),
  /** Free bytes are normally total - used; file systems may reserve some. */
  reserved: bytesSchema.default(0),
  /** How fast one disk is read and written; parallel copies share it. */
  bandwidth: bytesSchema.default(200 * 1024 ** 2),
  /** Further keys of the definition, shown by GET /storage as they are (`prune-backups`, `pool`, `server`…). */
  options: z.record(z.string(), z.string()).default({}),
});

/** A disk of a guest in the short form for authors: it becomes a volume and a line of the config. */
export const diskSchema = z.object({
  /** `scsi0`, `rootfs`, `mp0`… */
  key: z.string(),
  storage: z.string(),
  size: bytesSchema,
  format: z.enum(['raw', 'qcow2', 'vmdk', 'subvol']).optional(),
  /** Bytes really written: what a copy has to move. */
  data: bytesSchema.default(0),
  /** The template whose disk of the same key this one is a linked clone of. */
  base: vmidSchema.optional(),
  /** Further options of the line, such as `iothread=1`. */
  options: z.string().optional(),
  /** A cloud-init drive (`media=cdrom` is added). */
  cloudinit: z.boolean().default(false),
});

export const snapshotSchema = z.object({
  name: z.string(),
  time: z.int(),
  config: z.record(z.string(), z.string()),
});

/** What high availability may be asked to keep a guest in. */
export const haStateSchema = z.enum(['started', 'stopped', 'enabled', 'disabled', 'ignored']);

export const guestSchema = z.object({
  vmid: vmidSchema,
  type: z.enum(['qemu', 'lxc']).default('qemu'),
  node: z.string(),
  /** Shown as `name` (qemu) or `hostname` (lxc): short for the config key. */
  name: z.string().optional(),
  template: z.boolean().default(false),
  running: z.boolean().default(false),
  /** Epoch seconds of the start, for `uptime`. */
  startedAt: z.int().optional(),
  /** The config file's keys and texts. `description` has real newlines. */
  config: z.record(z.string(), z.string()).default({}),
  disks: z.array(diskSchema).default([]),
  snapshots: z.array(snapshotSchema).default([]),
  /** Makes it a resource of high availability. */
  ha: haStateSchema.optional(),
  /** With `count`, so many guests: vmid counts up, `{n}` in the name is 1, 2, …, nodes are taken in turn. */
  count: z.int().positive().optional(),
});

/** A volume on a storage. Those of guests' `disks` need not be written. */
export const volumeSchema = z.object({
  storage: z.string(),
  /** The node it is on; absent on a shared storage. */
  node: z.string().optional(),
  /** The part of the volume id behind the colon: `9000/base-9000-disk-0.qcow2`. */
  name: z.string(),
  vmid: vmidSchema.optional(),
  format: z.string(),
  content: z.string().default('images'),
  size: bytesSchema,
  data: bytesSchema.default(0),
  /** Name of the base volume this one is a linked clone of. */
  parent: z.string().optional(),
  createdAt: z.int().default(0),
});

export const userSchema = z.object({
  /** The realm stands behind the last @: `jane.doe@example.com@entra`. */
  id: z.string().refine(isUser, 'must be name@realm'),
  password: z.string().optional(),
  enabled: z.boolean().default(true),
  /** Epoch seconds; 0 = never. */
  expire: z.int().default(0),
  groups: z.array(z.string()).default([]),
  comment: z.string().optional(),
});

export const tokenSchema = z.object({
  user: z.string(),
  id: z.string(),
  /** Default: made up. */
  secret: z.string().optional(),
  privsep: z.boolean().default(true),
  expire: z.int().default(0),
  comment: z.string().optional(),
});

export const roleSchema = z.object({ id: z.string(), privileges: z.array(z.string()) });

export const aclSchema = z.object({
  path: z.string(),
  type: z.enum(['user', 'group', 'token']).default('user'),
  /** `user@realm`, a group, or `user@realm!token`. */
  id: z.string(),
  role: z.string(),
  propagate: z.boolean().default(true),
});

export const poolSchema = z.object({
  id: z.string(),
  comment: z.string().optional(),
  guests: z.array(vmidSchema).default([]),
  storages: z.array(z.string()).default([]),
});

/** A device of the hosts under one name for the whole cluster, with the nodes that have it. */
export const mappingSchema = z.object({
  type: z.enum(['pci', 'usb', 'dir']),
  id: z.string(),
  nodes: z.array(z.string()).default([]),
});

/** A virtual network of an SDN zone; without `nodes` it reaches all of them. */
export const vnetSchema = z.object({
  id: z.string(),
  zone: z.string(),
  nodes: z.array(z.string()).optional(),
});

/** A finished task of the past. */
export const taskSchema = z.object({
  upid: z.string().optional(),
  node: z.string(),
  type: z.string(),
  id: z.string().default(''),
  user: z.string().default('root@pam'),
  /** Epoch seconds. */
  startTime: z.int(),
  endTime: z.int(),
  /** `OK`, `WARNINGS: 1`, an error's text; absent: `unexpected status`. */
  exitStatus: z.string().optional(),
  log: z.array(z.string()).default([]),
});

export const clusterSchema = z.object({
  /** How callers name it: `handle({ cluster })`, control steps. */
  id: nameSchema,
  /** The corosync cluster's name, or null for one stand-alone node. */
  name: z.string().nullable(),
  /** Loopback address of the cluster's listener; default: the host given to `listen`. */
  host: z.string().optional(),
  version: versionSchema.default('8.4.21'),
  /** QEMU's version, in `meta` of new guests. */
  qemu: z.string().default('9.0.2'),
  repoid: z.string().optional(),
  /** Corosync configuration version. */
  configVersion: z.int().default(3),
  nodes: z.array(nodeSchema).min(1),
  storages: z.array(storageSchema).default([]),
  /** Datacenter options: `next-id`, `bwlimit`, `mac_prefix`, `tag-style`… */
  options: z.record(z.string(), z.string()).default({}),
  users: z.array(userSchema).default([]),
  tokens: z.array(tokenSchema).default([]),
  groups: z.array(z.object({ id: z.string(), comment: z.string().optional() })).default([]),
  roles: z.array(roleSchema).default([]),
  acl: z.array(aclSchema).default([]),
  pools: z.array(poolSchema).default([]),
  mappings: z.array(mappingSchema).default([]),
  vnets: z.array(vnetSchema).default([]),
  guests: z.array(guestSchema).default([]),
  volumes: z.array(volumeSchema).default([]),
  tasks: z.array(taskSchema).default([]),
  /** Guests without fresh statistics: they show as `unknown` until the next broadcast. */
  unseen: z.array(vmidSchema).default([]),
});

export const worldSchema = z.object({ clusters: z.array(clusterSchema).min(1) });

export type StorageType = (typeof storageTypes)[number];
export type WorldNode = z.output<typeof nodeSchema>;
export type WorldStorage = z.output<typeof storageSchema>;
export type HaState = z.output<typeof haStateSchema>;
export type WorldDisk = z.output<typeof diskSchema>;
export type WorldGuest = z.output<typeof guestSchema>;
export type WorldVolume = z.output<typeof volumeSchema>;
export type WorldSnapshot = z.output<typeof snapshotSchema>;
export type WorldUser = z.output<typeof userSchema>;
export type WorldToken = z.output<typeof tokenSchema>;
export type WorldRole = z.output<typeof roleSchema>;
export type WorldAcl = z.output<typeof aclSchema>;
export type WorldPool = z.output<typeof poolSchema>;
export type WorldTask = z.output<typeof taskSchema>;
export type WorldCluster = z.output<typeof clusterSchema>;
/** A checked world. */
export type World = z.output<typeof worldSchema>;
/** A world as written by hand: defaults may be left out, sizes may be texts. */
export type WorldInput = z.input<typeof worldSchema>;
