import type { ClusterFacts, GuestNeeds } from '../../inventory/cluster-facts.ts';
import type { HostDevice } from '../../proxmox/host-needs.ts';
import type { Reason } from './reason.ts';

export interface ObstacleInput {
  vmid: number;
  guest: GuestNeeds;
  /** Where the guest is, and where its copy is to be. */
  node: string;
  target: string;
  /** The copy is migrated there, which local devices stop. */
  migrates: boolean;
  facts: ClusterFacts;
}

/** Why Proxmox would refuse to clone or move a guest because of what it has of its host; undefined when nothing is known. */
export function findHostObstacle(input: ObstacleInput): Reason | undefined {
  return findDeviceObstacle(input) ?? findDriveObstacle(input);
}

function findDeviceObstacle(input: ObstacleInput): Reason | undefined {
  for (const device of input.guest.needs.devices) {
    const reason = judgeDevice(device, input);
    if (reason) return reason;
  }
  return undefined;
}

function judgeDevice(
  { key, rootOnly, local, mapping }: HostDevice,
  { vmid, node, target, migrates, facts }: ObstacleInput,
): Reason | undefined {
  if ((rootOnly && !facts.isRoot) || (local && migrates)) {
    const mappable = rootOnly ? ', or give the template a mapped device in its place' : '';
    const message = `${key} of template ${vmid} is a device of node ${node} itself, which no copy takes along; take it out (qm set ${vmid} --delete ${key})${mappable}`;
    return { code: 'SOURCE_USES_HOST_DEVICES', message };
  }
  if (mapping === undefined) return undefined;
  const path = `/mapping/${mapping}`;
  if (lacksRight(facts, path, 'Mapping.Use')) {
    return refuseRight(`${key} of template ${vmid} is the mapped device ${mapping}`, {
      path,
      right: 'Mapping.Use',
    });
  }
  const nodes = facts.mappings.get(mapping);
  if (!migrates || nodes === undefined || nodes.has(target)) return undefined;
  const message = `Node ${target} has no device under the mapping ${mapping}, which ${key} of template ${vmid} wants; add one there (Datacenter, Resource Mappings)`;
  return { code: 'SOURCE_USES_HOST_DEVICES', message };
}

function findDriveObstacle({ vmid, guest, facts }: ObstacleInput): Reason | undefined {
  const { disks } = guest;
  const hosted = disks.find(({ hostDrive }) => hostDrive);
  if (hosted && lacksRight(facts, '/', 'Sys.Console')) {
    const what = `${hosted.drive} of template ${vmid} is the host's CD drive`;
    return refuseRight(what, { path: '/', right: 'Sys.Console', drive: hosted.drive, vmid });
  }
  const lost = disks.find(({ cdrom, storage = '' }) => cdrom && facts.lostStorages.has(storage));
  if (!lost) return undefined;
  const message = `CD drive ${lost.drive} of template ${vmid} holds ${lost.volume}, and there is no storage ${lost.storage} any more, so Proxmox refuses every clone; eject it (${eject(vmid, lost.drive)})`;
  return { code: 'SOURCE_ISO_LOST', message };
}

/** Only what Proxmox answered counts: rights that could not be read may be there. */
function lacksRight({ isRoot, rights }: ClusterFacts, path: string, right: string): boolean {
  return !isRoot && rights.get(path)?.has(right) === false;
}

function refuseRight(
  what: string,
  { path, right, drive, vmid }: { path: string; right: string; drive?: string; vmid?: number },
): Reason {
  const otherwise = drive === undefined || vmid === undefined ? '' : `, or eject it (${eject(vmid, drive)})`;
  const message = `${what}, and the account lacks ${right} on ${path}, without which Proxmox refuses every clone; give it that right (hub doctor has the command)${otherwise}`;
  return { code: 'RIGHT_MISSING', message };
}

function eject(vmid: number, drive: string): string {
  return `qm set ${vmid} --${drive} none,media=cdrom`;
}
