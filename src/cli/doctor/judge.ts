import type { StorageDefinition } from '../../proxmox/endpoints/storages.ts';
import type { ReplicationPolicy } from '../../replication/policy/policy.ts';
import { nameReplica, sanitizeName } from '../../replication/policy/replica-name.ts';
import { canHoldBases } from '../../replication/plan/storage-rules.ts';
import type { Check } from './check.ts';

/** More than this makes logins fail on other nodes of the cluster. Seconds. */
const gravestDifference = 60;
const tolerableDifference = 5;

/** Nodes' clocks against ours; undefined = the node did not tell. Seconds. */
export function judgeTime(differences: ReadonlyMap<string, number | undefined>): Check[] {
  const checks = [...differences].flatMap(([node, difference]): Check[] => {
    if (difference === undefined)
      return [{ level: 'warn', subject: 'time', message: `${node} does not tell its time` }];
    const seconds = Math.abs(Math.round(difference));
    if (seconds <= tolerableDifference) return [];
    const direction = difference > 0 ? 'ahead of' : 'behind';
    const message = `${node} is ${seconds} s ${direction} this machine`;
    const commands = ['systemctl restart chrony   # on the machine that is wrong'];
    return [{ level: seconds > gravestDifference ? 'fail' : 'warn', subject: 'time', message, commands }];
  });
  return checks.length > 0 ? checks : [{ level: 'ok', subject: 'time', message: 'all clocks agree' }];
}

/** Storages for images: whether linked clones can be made on them, and whether every node has one. */
export function judgeStorages(definitions: readonly StorageDefinition[], nodes: readonly string[]): Check[] {
  const usable = definitions.filter((storage) => storage.content.includes('images') && !storage.disabled);
  const poor = usable.filter((storage) => !canHoldBases(storage.type));
  const bare = nodes.filter((node) => !usable.some((storage) => storage.nodes?.includes(node) ?? true));
  const checks: Check[] = [
    ...poor.map(({ storage, type }): Check => ({
      level: 'warn',
      subject: 'storages',
      message: `${storage} (${type}) cannot hold the bases of linked clones: copies there are full clones only`,
    })),
    ...bare.map((node): Check => ({
      level: 'fail',
      subject: 'storages',
      message: `${node} has no storage for disk images, so no template can be copied there`,
      commands: ['pvesm set <storage> --content images,rootdir'],
    })),
  ];
  const names = usable.map((storage) => storage.storage).join(', ');
  return checks.length > 0
    ? checks
    : [{ level: 'ok', subject: 'storages', message: `disk images may lie on ${names}` }];
}

/** A range of VMIDs, both ends included. */
export interface VmidRange {
  readonly first: number;
  readonly last: number;
}

/** The range that replicas get their VMIDs from, against those that are taken. */
export function judgeVmids(range: VmidRange, taken: readonly number[]): Check {
  const used = taken.filter((vmid) => vmid >= range.first && vmid <= range.last).length;
  const size = range.last - range.first + 1;
  const where = `VMIDs ${range.first} to ${range.last}`;
  if (size < 1 || used >= size) {
    const message = `no VMID is free in ${where}: widen vmidRange in the clusters file, or next-id of the datacenter`;
    return { level: 'fail', subject: 'vmids', message };
  }
  if (size - used < 50)
    return { level: 'warn', subject: 'vmids', message: `only ${size - used} of ${where} are free` };
  return { level: 'ok', subject: 'vmids', message: `${size - used} of ${where} are free` };
}

/** Templates whose copies cannot be named as the pattern says. */
export function judgeNames(
  policy: ReplicationPolicy,
  templates: readonly { name: string; vmid: number }[],
  node: string,
): Check {
  const changed = templates.flatMap(({ name, vmid }) => {
    const plain = policy.namePattern
      .replaceAll('<name>', name)
      .replaceAll('<node>', node)
      .replaceAll('<vmid>', `${vmid}`);
    const given = nameReplica(policy.namePattern, { name, node, vmid });
    return plain === given && sanitizeName(plain) === plain ? [] : [`${plain} (${vmid}) becomes ${given}`];
  });
  if (changed.length === 0)
    return { level: 'ok', subject: 'names', message: 'copies can be named as the pattern says' };
  return {
    level: 'warn',
    subject: 'names',
    message: `names are cut to what Proxmox allows: ${changed.join('; ')}`,
  };
}
