import type { Cluster } from '../engine/cluster.ts';
import { parseProperties } from '../engine/property-string.ts';

type MappingType = 'pci' | 'usb' | 'dir';

/** A device of the host in a guest's config: a real one, one that is mapped for each node, or one that QEMU makes. */
export interface HostDevice {
  /** `usb0`, `hostpci1`, `virtiofs0`… */
  readonly key: string;
  readonly kind: 'usb' | 'hostpci' | 'virtiofs' | 'serial' | 'parallel';
  /** What it stands for on the host (`046d:c52b`, `0000:01:00`, `/dev/ttyS0`); undefined when none is named. */
  readonly host: string | undefined;
  readonly mapping: { readonly type: MappingType; readonly id: string } | undefined;
  /** Made by QEMU itself (`spice`, `socket`): it can be had on every node. */
  readonly isEmulated: boolean;
}

const pattern = /^(usb|hostpci|virtiofs|serial|parallel)\d+$/;

/** Reads one line; undefined when the key is none of a host's device. */
export function parseHostDevice(key: string, value: string): HostDevice | undefined {
  switch (pattern.exec(key)?.[1]) {
    case 'usb':
      return readMappable(key, 'usb', value);
    case 'hostpci':
      return readMappable(key, 'hostpci', value);
    case 'virtiofs': {
      const id = parseProperties(value, 'dirid').get('dirid') ?? '';
      return { key, kind: 'virtiofs', host: undefined, mapping: { type: 'dir', id }, isEmulated: false };
    }
    case 'serial':
      return { key, kind: 'serial', host: value, mapping: undefined, isEmulated: value === 'socket' };
    case 'parallel':
      return { key, kind: 'parallel', host: value, mapping: undefined, isEmulated: false };
    default:
      return undefined;
  }
}

function readMappable(key: string, kind: 'usb' | 'hostpci', value: string): HostDevice {
  const properties = parseProperties(value, 'host');
  const [host, id] = [properties.get('host'), properties.get('mapping')];
  const mapping = id === undefined ? undefined : ({ type: kind === 'usb' ? 'usb' : 'pci', id } as const);
  return { key, kind, host, mapping, isEmulated: kind === 'usb' && host?.toLowerCase() === 'spice' };
}

/** All devices of a config, by key. */
export function listHostDevices(config: ReadonlyMap<string, string>): HostDevice[] {
  return [...config]
    .flatMap(([key, value]) => parseHostDevice(key, value) ?? [])
    .toSorted((left, right) => (left.key < right.key ? -1 : 1));
}

/** Whether a node has what a mapping stands for. */
export function hasMapping(
  cluster: Cluster,
  { type, id }: { readonly type: MappingType; readonly id: string },
  node: string,
): boolean {
  return cluster.world.mappings.some(
    (mapping) => mapping.type === type && mapping.id === id && mapping.nodes.includes(node),
  );
}

/** What of a guest's config exists on its node alone, as a migration looks at it. */
export interface LocalResources {
  /** Everything that is told as local. */
  readonly local: readonly string[];
  /** Those of `local` that no mapping covers: they stop every migration. */
  readonly blocking: readonly string[];
  readonly mapped: readonly { readonly key: string; readonly name: string }[];
}

/** Sorts the devices of a config into those that stay behind and those that another node may have too. */
export function listLocalResources(config: ReadonlyMap<string, string>, running: boolean): LocalResources {
  const devices = listHostDevices(config).filter((device) => !device.isEmulated);
  const mapped = devices.flatMap(({ key, mapping }) => (mapping ? [{ key, name: mapping.id }] : []));
  // A mapped PCI device counts as local only while it is in use.
  const local = devices.filter((device) => running || !(device.kind === 'hostpci' && device.mapping));
  const virtiofs = running && devices.some(({ kind }) => kind === 'virtiofs') ? ['virtiofs'] : [];
  return {
    local: [...virtiofs, ...local.map(({ key }) => key)],
    blocking: [...virtiofs, ...local.filter(({ mapping }) => !mapping).map(({ key }) => key)],
    mapped,
  };
}

/** Keys of the mapped devices that a node lacks. */
export function listMissingMappings(
  cluster: Cluster,
  config: ReadonlyMap<string, string>,
  node: string,
): string[] {
  return listHostDevices(config).flatMap(({ key, mapping }) =>
    mapping && !hasMapping(cluster, mapping, node) ? [key] : [],
  );
}
