import { findKind } from './kinds.ts';
import type { StorageType } from '../world.ts';

/** What the name of a volume says: `9000/base-9000-disk-0.qcow2/101/vm-101-disk-0.qcow2`. */
export interface VolumeName {
  /** Name of the base volume it stands on. */
  readonly parent: string | undefined;
  /** Last part: `vm-101-disk-0.qcow2`. */
  readonly file: string;
  readonly vmid: number;
  readonly isBase: boolean;
  readonly format: string;
}

const filePattern = /^(?:(\d+)\/(base(?:vol)?-[^/]+)\/)?(\d+)\/((?:vm|base|subvol|basevol)-(\d+)-[^/]+)$/;
const blockPattern = /^(?:(base(?:vol)?-[^/]+)\/)?((?:vm|base|subvol|basevol)-(\d+)-[^/]+)$/;

/** Reads a guest volume's name; undefined for ISO images, backups and the like. */
export function parseVolumeName(type: StorageType, name: string): VolumeName | undefined {
  return findKind(type).layout === 'file' ? parseFile(name) : parseBlock(name);
}

/** `disk-0`, `cloudinit`: what follows the guest's number. */
export interface NewName {
  readonly vmid: number;
  readonly suffix: string;
  readonly format: string;
  /** Name of the base volume, for a linked clone whose storage shows it. */
  readonly parent?: string | undefined;
}

/** The name a new volume gets on a storage of this type. */
export function makeVolumeName(type: StorageType, wanted: NewName): string {
  const kind = findKind(type);
  const prefix = wanted.format === 'subvol' ? 'subvol' : 'vm';
  const stem = `${prefix}-${wanted.vmid}-${wanted.suffix}`;
  const own = kind.layout === 'file' ? `${wanted.vmid}/${stem}.${wanted.format}` : stem;
  return wanted.parent !== undefined && kind.links !== 'plain' ? `${wanted.parent}/${own}` : own;
}

/** The name that a volume keeps on a storage of another type; undefined where it cannot keep it. */
export function translateVolumeName(
  { name, format }: { readonly name: string; readonly format: string },
  { from, to }: { readonly from: StorageType; readonly to: StorageType },
): string | undefined {
  if (findKind(from).layout === findKind(to).layout) return name;
  const parsed = parseVolumeName(from, name);
  if (!parsed || format === 'subvol') return undefined;
  const stem = findKind(from).layout === 'file' ? parsed.file.replace(/\.[^.]+$/, '') : parsed.file;
  return findKind(to).layout === 'file' ? `${parsed.vmid}/${stem}.${format}` : stem;
}

/** The name a volume has after it became a base. */
export function makeBaseName(type: StorageType, name: string): string {
  const parsed = parseVolumeName(type, name);
  if (!parsed) return name;
  const file = parsed.file.replace(/^vm-/, 'base-').replace(/^subvol-/, 'basevol-');
  return findKind(type).layout === 'file' ? `${parsed.vmid}/${file}` : file;
}

/** The lowest `disk-<n>` that no volume of the guest on the storage has. */
export function chooseSuffix(vmid: number, names: readonly string[]): string {
  const pattern = new RegExp(`(?:vm|base|subvol|basevol)-${vmid}-disk-(\\d+)(?:\\.|$)`);
  const taken = new Set(names.map((name) => pattern.exec(name.split('/').at(-1) ?? '')?.[1]));
  let number = 0;
  while (taken.has(String(number))) number += 1;
  return `disk-${number}`;
}

function parseFile(name: string): VolumeName | undefined {
  const match = filePattern.exec(name);
  if (!match) return undefined;
  const [, parentVmid, parentFile, , file = '', vmid = ''] = match;
  return {
    parent: parentFile === undefined ? undefined : `${parentVmid}/${parentFile}`,
    file,
    vmid: Number(vmid),
    isBase: file.startsWith('base'),
    format: file.split('.').at(-1) ?? 'raw',
  };
}

function parseBlock(name: string): VolumeName | undefined {
  const match = blockPattern.exec(name);
  if (!match) return undefined;
  const [, parent, file = '', vmid = ''] = match;
  const format = /^(?:subvol|basevol)-/.test(file) ? 'subvol' : 'raw';
  return { parent, file, vmid: Number(vmid), isBase: file.startsWith('base'), format };
}
