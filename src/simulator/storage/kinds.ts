import type { StorageType } from '../world.ts';

export type Feature = 'snapshot' | 'clone' | 'copy' | 'template';
type State = 'base' | 'current' | 'snap';
type Features = Readonly<Partial<Record<Feature, Readonly<Partial<Record<State, readonly string[]>>>>>>;

/** What a storage type can and how it names things. */
export interface StorageKind {
  readonly alwaysShared: boolean;
  /** Volumes are files in a directory per guest, or devices in one name space. */
  readonly layout: 'file' | 'block';
  readonly formats: readonly string[];
  /** How a linked clone is made: an overlay file, a nested name, or a volume that forgets its base. */
  readonly links: 'overlay' | 'nested' | 'plain' | 'none';
  /** Whether it can tell that a base volume has linked clones. */
  readonly tellsClones: boolean;
  /** Space is taken at creation. */
  readonly thick: boolean;
  /** Sizes of volumes are rounded up to a multiple of it. Bytes. */
  readonly granularity: number;
  readonly features: Features;
}

const kibi = 1024;
const mebi = 1024 ** 2;
const files = ['raw', 'qcow2', 'vmdk', 'subvol'] as const;
const raw = ['raw', 'subvol'] as const;

const directory: StorageKind = {
  alwaysShared: false,
  layout: 'file',
  formats: ['raw', 'qcow2', 'vmdk', 'subvol'],
  links: 'overlay',
  tellsClones: true,
  thick: false,
  granularity: kibi,
  features: {
    snapshot: { current: ['qcow2'], snap: ['qcow2'] },
    clone: { base: ['raw', 'qcow2', 'vmdk'] },
    template: { current: files },
    copy: { base: files, current: files, snap: ['qcow2'] },
  },
};

const block = {
  alwaysShared: false,
  layout: 'block',
  formats: ['raw'],
  tellsClones: true,
  thick: false,
  granularity: mebi,
} as const;

/** LVM gives space out in extents. */
const logicalVolumes = { ...block, granularity: 4 * mebi } as const;

const kinds: Readonly<Record<StorageType, StorageKind>> = {
  dir: directory,
  nfs: { ...directory, alwaysShared: true },
  cifs: { ...directory, alwaysShared: true },
  btrfs: {
    ...directory,
    links: 'plain',
    tellsClones: false,
    features: {
      snapshot: { current: files, snap: files },
      clone: { base: files, current: raw, snap: raw },
      template: { current: files },
      copy: { base: files, current: files, snap: files },
    },
  },
  lvmthin: {
    ...logicalVolumes,
    links: 'plain',
    tellsClones: false,
    features: {
      snapshot: { current: raw, snap: raw },
      clone: { base: raw, snap: raw },
      template: { current: raw },
      copy: { base: raw, current: raw, snap: raw },
    },
  },
  lvm: { ...logicalVolumes, links: 'none', thick: true, features: { copy: { base: raw, current: raw } } },
  zfspool: {
    ...block,
    formats: ['raw', 'subvol'],
    links: 'nested',
    features: {
      snapshot: { current: raw, snap: raw },
      clone: { base: raw },
      template: { current: raw },
      copy: { base: raw, current: raw },
    },
  },
  rbd: {
    ...block,
    alwaysShared: true,
    links: 'nested',
    features: {
      snapshot: { current: raw, snap: raw },
      clone: { base: raw, snap: raw },
      template: { current: raw },
      copy: { base: raw, current: raw, snap: raw },
    },
  },
};

export function findKind(type: StorageType): StorageKind {
  return kinds[type];
}

/** The size that a volume really gets when so many bytes are wanted. */
export function roundSize(type: StorageType, bytes: number): number {
  const { granularity } = findKind(type);
  return Math.ceil(bytes / granularity) * granularity;
}

/** Whether a volume of this format, in this state, can be snapshot, cloned, copied or made a base. */
export function hasFeature(
  kind: StorageKind,
  feature: Feature,
  volume: { format: string; state: State },
): boolean {
  return kind.features[feature]?.[volume.state]?.includes(volume.format) ?? false;
}

/** Why an offline migration cannot move a volume, or undefined when it can. Worded as in the task's log. */
export function explainNoTransfer(
  source: { readonly type: StorageType; readonly format: string },
  target: StorageType,
): string | undefined {
  const fromZfs = source.type === 'zfspool';
  if (fromZfs !== (target === 'zfspool'))
    return `cannot migrate from storage type '${source.type}' to '${target}'`;
  if (fromZfs || findKind(target).formats.includes(source.format)) return undefined;
  const isBlock = findKind(target).layout === 'block';
  if (isBlock) return `cannot migrate from storage type '${source.type}' to '${target}'`;
  return `unsupported format '${source.format}' for storage type ${target}`;
}
