import type { ClusterFacts, GuestNeeds } from '../../inventory/observe/cluster-facts.ts';
import { listNeededRights } from '../../inventory/observe/needed-rights.ts';
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
  return (
    findLocalDevice(input) ?? findMissingRight(input) ?? findMissingMapping(input) ?? findLostImage(input)
  );
}

function findLocalDevice({ vmid, guest, node, migrates, facts }: ObstacleInput): Reason | undefined {
  const device = guest.needs.devices.find(
    ({ rootOnly, local }) => (rootOnly && !facts.isRoot) || (local && migrates),
  );
  if (!device) return undefined;
  const { key, rootOnly } = device;
  const mappable = rootOnly ? ', or give the template a mapped device in its place' : '';
  const message = `${key} of template ${vmid} is a device of node ${node} itself, which no copy takes along; take it out (qm set ${vmid} --delete ${key})${mappable}`;
  return { code: 'SOURCE_USES_HOST_DEVICES', message };
}

/** Only what Proxmox answered counts: rights that could not be read may be there. */
function findMissingRight({ vmid, guest, facts }: ObstacleInput): Reason | undefined {
  if (facts.isRoot) return undefined;
  const missing = listNeededRights(guest).find(
    ({ path, privilege }) => facts.rights.get(path)?.has(privilege) === false,
  );
  if (!missing) return undefined;
  const { key, what, path, privilege } = missing;
  const message = `${key} of template ${vmid} is ${what}, and the account lacks ${privilege} on ${path}, without which Proxmox refuses every clone; give it that right (hub doctor has the command), or take ${key} out of the template`;
  return { code: 'RIGHT_MISSING', message };
}

function findMissingMapping({ vmid, guest, target, migrates, facts }: ObstacleInput): Reason | undefined {
  if (!migrates) return undefined;
  const missing = guest.needs.devices.find(
    ({ mapping = '' }) => facts.mappings.get(mapping)?.has(target) === false,
  );
  if (!missing) return undefined;
  const message = `Node ${target} has no device under the mapping ${missing.mapping}, which ${missing.key} of template ${vmid} wants; add one there (Datacenter, Resource Mappings)`;
  return { code: 'SOURCE_USES_HOST_DEVICES', message };
}

function findLostImage({ vmid, guest, facts }: ObstacleInput): Reason | undefined {
  const lost = guest.disks.find(({ cdrom, storage = '' }) => cdrom && facts.lostStorages.has(storage));
  if (!lost) return undefined;
  const message = `CD drive ${lost.drive} of template ${vmid} holds ${lost.volume}, and there is no storage ${lost.storage} any more, so Proxmox refuses every clone; eject it (qm set ${vmid} --${lost.drive} none,media=cdrom)`;
  return { code: 'SOURCE_ISO_LOST', message };
}
