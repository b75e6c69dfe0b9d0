import type { Cluster } from '../engine/cluster.ts';
import type { GuestConfig } from '../engine/config-text.ts';

const models =
  /^(virtio|e1000|e1000e|rtl8139|vmxnet3|ne2k_pci|ne2k_isa|pcnet|i82551|i82557b|i82559er)(=[0-9A-F:]{17})?$/i;

/** A fresh MAC address with the datacenter's prefix. */
export function makeMac(cluster: Cluster): string {
  const prefix = cluster.options.get('mac_prefix') ?? 'BC:24:11';
  const missing = 6 - prefix.split(':').length;
  const rest = Array.from({ length: missing }, () => cluster.randomHex(2).toUpperCase());
  return [prefix.toUpperCase(), ...rest].join(':');
}

/** A network line with a new MAC; with `keep`, only when it has none yet. */
export function renewMac(cluster: Cluster, type: 'qemu' | 'lxc', line: string, keep = false): string {
  const parts = line.split(',');
  const mac = makeMac(cluster);
  if (type === 'lxc') {
    const others = parts.filter((part) => !part.startsWith('hwaddr='));
    return keep && others.length < parts.length ? line : [...others, `hwaddr=${mac}`].join(',');
  }
  return parts
    .map((part) => {
      const match = models.exec(part.replace(/^model=/, ''));
      if (!match?.[1]) return part;
      return keep && match[2] ? part : `${match[1]}=${mac}`;
    })
    .join(',');
}

/** Gives a copied configuration its own MACs, BIOS id and generation id. */
export function renewIdentity(cluster: Cluster, type: 'qemu' | 'lxc', config: GuestConfig): void {
  for (const [key, value] of config) {
    if (/^net\d+$/.test(key)) config.set(key, renewMac(cluster, type, value));
  }
  if (type === 'lxc') return;
  const rest = (config.get('smbios1') ?? '')
    .split(',')
    .filter((part) => part !== '' && !part.startsWith('uuid='));
  config.set('smbios1', [`uuid=${cluster.randomUuid()}`, ...rest].join(','));
  if (config.has('vmgenid')) config.set('vmgenid', cluster.randomUuid());
}
