import { pathOf } from '../http/call.ts';

/** Virtual machines are `qemu`, containers `lxc`; the words of the API's paths. */
export type GuestKind = 'qemu' | 'lxc';

/** Where a guest is. `node` must be the one that owns it now. */
export interface GuestAddress {
  kind: GuestKind;
  node: string;
  vmid: number;
}

/** The path below a guest: `guestPath(guest, 'config')` is `/nodes/pve1/qemu/100/config`. */
export function guestPath({ kind, node, vmid }: GuestAddress, ...rest: readonly string[]): string {
  return pathOf('nodes', node, kind, vmid, ...rest);
}
