import { isCdrom, isCloudinit, listDrives, parseVolumeId } from '../engine/drives.ts';
import type { Guest } from '../engine/guests.ts';
import { listBridges, readBridge } from '../engine/networks.ts';
import { parseProperties } from '../engine/property-string.ts';
import { refuse } from '../errors.ts';
import { requireVolume } from '../storage/require-volume.ts';
import type { StorageCall } from '../storage/storage-lock.ts';
import { type HostDevice, hasMapping, listHostDevices } from './host-devices.ts';

/** Looks for everything that a guest needs on its node, in the order in which a start comes upon it. */
export function checkStart(call: StorageCall, guest: Guest): void {
  if (guest.type === 'lxc') return checkContainerStart(call, guest);
  checkSnippets(call, guest);
  checkHookScript(call, guest);
  for (const device of listHostDevices(guest.config)) checkDevice(call, device);
  for (const volume of listStartVolumes(guest)) requireContent(call, volume);
  if (call.cluster.behaviour.readsBridgeSize) requireReadableBridges(call, guest);
  for (const volume of listStartVolumes(guest)) requireVolume(call, volume);
  plugIn(call, guest);
}

/** Custom cloud-init files are read when the cloud-init drive is written. */
function checkSnippets(call: StorageCall, { config }: Guest): void {
  if (!listDrives(config).some(isCloudinit)) return;
  const files = parseProperties(config.get('cicustom') ?? '', '');
  for (const key of ['network', 'user', 'meta', 'vendor']) {
    const volume = files.get(key);
    if (volume !== undefined) requireVolume(call, volume);
  }
}

function checkHookScript({ cluster, node }: StorageCall, { vmid, config }: Guest): void {
  const script = config.get('hookscript');
  const id = script === undefined ? undefined : parseVolumeId(script);
  if (!id || cluster.volumes.find(id.storage, id.name, node)) return;
  const isKnown = cluster.storages.has(id.storage);
  const complaint = isKnown ? `script '${script}' does not exist` : `storage '${id.storage}' does not exist`;
  throw refuse(`hookscript error for ${vmid} on pre-start: ${complaint}\n\n`);
}

function checkDevice({ cluster, node }: StorageCall, { kind, host, mapping, isEmulated }: HostDevice): void {
  if (mapping && !hasMapping(cluster, mapping, node)) {
    const what = { pci: 'PCI device', usb: 'USB device', dir: 'Directory' }[mapping.type];
    throw refuse(`${what} mapping not found for '${mapping.id}'`);
  }
  if (kind === 'hostpci')
    for (const address of host?.split(';') ?? []) requirePci(cluster.nodes.get(node)?.pci, address);
  if (kind === 'serial' && !isEmulated && !/^\/dev\/ttyS[0-3]$/.test(host ?? ''))
    throw refuse('no such serial device');
  if (kind === 'parallel') throw refuse('no such parallel device');
}

/** `01:00` stands for all functions of `0000:01:00`. */
function requirePci(known: readonly string[] | undefined, address: string): void {
  const full = address.split(':').length > 2 ? address : `0000:${address}`;
  if (!known?.some((one) => one.startsWith(full))) throw refuse(`no PCI device found for '${address}'`);
}

function listStartVolumes({ config }: Guest): string[] {
  return listDrives(config)
    .filter((drive) => !isCloudinit(drive) && parseVolumeId(drive.volume) !== undefined)
    .map((drive) => drive.volume);
}

function requireContent({ cluster }: StorageCall, volume: string): void {
  const id = parseVolumeId(volume);
  if (!id) return;
  const kind = id.name.startsWith('iso/') ? 'iso' : 'images';
  if (!cluster.requireStorage(id.storage).content.includes(kind)) {
    throw refuse(`storage '${id.storage}' does not support content-type '${kind}'`);
  }
}

interface Plug {
  readonly key: string;
  readonly value: string;
  readonly bridge: string;
}

/** Network lines whose bridge the node does not have. */
function listUnpluggable({ cluster, node }: StorageCall, { config }: Guest): Plug[] {
  const known = listBridges(cluster, node);
  return [...config].flatMap(([key, value]) => {
    const bridge = readBridge(key, value);
    return bridge === undefined || known.includes(bridge) ? [] : [{ key, value, bridge }];
  });
}

/** From 9.0 on the size of a packet is asked of the bridge while the command is composed. */
function requireReadableBridges(call: StorageCall, guest: Guest): void {
  const missing = listUnpluggable(call, guest).find(({ value }) => isVirtio(value));
  if (missing) throw refuse(`bridge '${missing.bridge}' does not exist`);
}

/** QEMU itself runs the script that plugs a card into its bridge. */
function plugIn(call: StorageCall, guest: Guest): void {
  const [missing] = listUnpluggable(call, guest);
  if (!missing) return;
  const { key, value, bridge } = missing;
  const folder = call.cluster.behaviour.major < 8 ? '/var/lib/qemu-server' : '/usr/libexec/qemu-server';
  const card = `tap${guest.vmid}i${key.slice(3)}`;
  const fast = isVirtio(value) ? ',vhost=on' : '';
  const netdev = `type=tap,id=${key},ifname=${card},script=${folder}/pve-bridge,downscript=${folder}/pve-bridgedown${fast}`;
  call.worker.log(`bridge '${bridge}' does not exist`);
  call.worker.log(`kvm: -netdev ${netdev}: network script ${folder}/pve-bridge failed with status 512`);
  throw refuse('start failed: QEMU exited with code 1');
}

function isVirtio(line: string): boolean {
  return /^(?:model=)?virtio(?:=|,|$)/.test(line);
}

function checkContainerStart(call: StorageCall, guest: Guest): void {
  for (const drive of listDrives(guest.config)) {
    if (parseVolumeId(drive.volume) && !isCdrom(drive)) requireVolume(call, drive.volume);
  }
  checkHookScript(call, guest);
  const [missing] = listUnpluggable(call, guest);
  if (!missing) return;
  call.worker.log(`bridge '${missing.bridge}' does not exist`);
  throw refuse(`startup for container '${guest.vmid}' failed`);
}
