import type { GuestKind as RowKind } from '../../../prisma/generated/sqlite/enums.ts';
import type { GuestKind } from '../../proxmox/guests/guest.ts';

/** The store's word for a kind of guest. */
export function toRowKind(kind: GuestKind): RowKind {
  return kind === 'qemu' ? 'QEMU' : 'LXC';
}

/** Proxmox's word for a kind of guest. */
export function fromRowKind(kind: RowKind): GuestKind {
  return kind === 'QEMU' ? 'qemu' : 'lxc';
}
