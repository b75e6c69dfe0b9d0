import type { ReplicationPolicy } from '../../replication/policy/policy.ts';
import { nameReplica, sanitizeName } from '../../replication/policy/replica-name.ts';
import type { Check } from './check.ts';

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
