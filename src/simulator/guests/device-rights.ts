import { parseProperties } from '../engine/property-string.ts';
import { refuse, refuseParameters } from '../errors.ts';
import { type HostDevice, listHostDevices, parseHostDevice } from './host-devices.ts';
import { type Asking, isRootUser, requireOfGuest, requireRight } from './rights.ts';

/** Refuses to put a device of the host into a guest, or to take it out, for whoever is not root by its own login. */
export function checkDeviceRights(asking: Asking, key: string, value: string): void {
  if (isRootUser(asking.identity)) return;
  const device = parseHostDevice(key, value);
  if (device?.kind === 'usb') checkUsb(asking, device);
  if (device?.kind === 'hostpci') checkPci(asking, device, value);
  if (device?.kind === 'virtiofs') {
    requireOfGuest(asking, 'VM.Config.Disk');
    requireMapping(asking, device);
  }
  if (/^rng\d+$/.test(key)) checkRandomness(asking, value);
}

/** A real serial port is root's own: `verb` is what the caller wants to do to it. */
export function checkSerialRights(
  asking: Asking,
  { key, values, verb }: { readonly key: string; readonly values: readonly string[]; readonly verb: string },
): void {
  if (isRootUser(asking.identity)) return;
  if (values.some((value) => value !== 'socket'))
    throw refuse(`only root can ${verb} '${key}' config for real devices`);
  requireOfGuest(asking, 'VM.Config.HWType');
}

/** What a clone looks at: real devices are root's own, mapped ones want a right on their mapping (from 8.0 on). */
export function checkCopiedDevices(asking: Asking, config: ReadonlyMap<string, string>): void {
  if (isRootUser(asking.identity) || !asking.cluster.behaviour.sdn) return;
  for (const device of listHostDevices(config)) {
    if (device.isEmulated || device.kind === 'serial' || device.kind === 'parallel') continue;
    requireMapped(device);
    requireMapping(asking, device);
  }
  const source = parseProperties(config.get('rng0') ?? '', 'source').get('source');
  if (source === '/dev/hwrng') requireRight(asking.cluster, asking.identity, '/mapping/hwrng', 'Mapping.Use');
}

function checkUsb(asking: Asking, device: HostDevice): void {
  requireOfGuest(asking, 'VM.Config.HWType');
  if (device.isEmulated) return;
  requireMapped(device);
  requireMapping(asking, device);
}

function checkPci(asking: Asking, device: HostDevice, value: string): void {
  requireMapped(device);
  requireMapping(asking, device);
  requireOfGuest(asking, 'VM.Config.HWType');
  if (parseProperties(value, 'host').has('romfile')) {
    throw refuseParameters({ [device.key]: `only root@pam can set 'romfile' option` });
  }
}

function checkRandomness(asking: Asking, value: string): void {
  requireOfGuest(asking, 'VM.Config.HWType');
  if (parseProperties(value, 'source').get('source') !== '/dev/hwrng') return;
  requireRight(asking.cluster, asking.identity, '/mapping/hwrng', 'Mapping.Use');
}

function requireMapped({ key, kind, host, mapping }: HostDevice): void {
  if (host !== undefined) {
    const what = kind === 'usb' ? 'real' : 'non-mapped';
    throw refuse(`only root can set '${key}' config for ${what} devices`);
  }
  if (!mapping) throw refuse(`either 'host' or 'mapping' must be set.`);
}

function requireMapping({ cluster, identity }: Asking, { mapping }: HostDevice): void {
  if (mapping) requireRight(cluster, identity, `/mapping/${mapping.type}/${mapping.id}`, 'Mapping.Use');
}
