import { z } from 'zod';
import type { ClusterConfig } from '../../config/config.ts';
import { describeError } from '../../errors/hub-error.ts';
import { formatTokenId, parseToken } from '../../names/account.ts';
import type { ProxmoxClient } from '../../proxmox/client.ts';
import { pathOf } from '../../proxmox/call.ts';
import { getPermissions, type Permissions } from '../../proxmox/endpoints/access.ts';
import { listClusterResources } from '../../proxmox/endpoints/cluster-resources.ts';
import { getClusterStatus, type ClusterStatus } from '../../proxmox/endpoints/cluster-status.ts';
import { listStorageDefinitions } from '../../proxmox/endpoints/storages.ts';
import { getVersion } from '../../proxmox/endpoints/version.ts';
import { isProxmoxError } from '../../proxmox/proxmox-error.ts';
import { replicationPolicySchema } from '../../replication/policy/policy.ts';
import type { Check } from './check.ts';
import { examinePlan, scanForDoctor } from './examine-plan.ts';
import { listTemplateRequirements } from './template-requirements.ts';
import { judgeNames, judgeStorages, judgeTime, judgeVmids, type VmidRange } from './judge.ts';
import { judgeRights, listRequirements, type Account } from './rights.ts';

/** Looks at one cluster from all sides. A cluster that cannot be reached gives one failed check. */
export async function examineCluster(cluster: ClusterConfig, client: ProxmoxClient): Promise<Check[]> {
  const trust = judgeTrust(cluster);
  try {
    const { version } = await getVersion(client);
    const reached: Check = { level: 'ok', subject: 'connection', message: `Proxmox VE ${version} answers` };
    return [reached, ...trust, ...(await examineReached(cluster, client, version))];
  } catch (error) {
    return [{ level: 'fail', subject: 'connection', message: describeError(error) }, ...trust];
  }
}

async function examineReached(
  cluster: ClusterConfig,
  client: ProxmoxClient,
  version: string,
): Promise<Check[]> {
  const policy = replicationPolicySchema.parse(cluster.replication ?? {});
  const [status, definitions, resources] = await Promise.all([
    orUndefined(getClusterStatus(client)),
    listStorageDefinitions(client),
    listClusterResources(client),
  ]);
  const online = status?.members.filter((member) => member.online).map((member) => member.name) ?? [];
  const images = definitions
    .filter((storage) => storage.content.includes('images'))
    .map((storage) => storage.storage);
  const observation = await scanForDoctor(client);
  const special = client.isRoot ? [] : listTemplateRequirements(observation.templates);
  const requirements = [...listRequirements(version, images), ...special];
  const paths = [...new Set(requirements.map((requirement) => requirement.path))];
  const held = await Promise.all(
    paths.map(async (path): Promise<[string, Permissions]> => [path, await getPermissions(client, { path })]),
  );
  const templates = resources.guests.flatMap(({ name, vmid, template }) =>
    template && name ? [{ name, vmid }] : [],
  );
  const range = policy.vmidRange ?? (await readRange(client));
  return [
    ...judgeMembers(status),
    ...judgeRights(requirements, new Map(held), readAccount(cluster)),
    ...judgeTime(await measureTimes(client, online)),
    ...judgeStorages(definitions, online),
    judgeVmids(
      range,
      resources.guests.map((guest) => guest.vmid),
    ),
    ...(await examinePlan(client, { observation, policy })),
    judgeNames(policy, templates, online[0] ?? ''),
  ];
}

function judgeTrust({ id, tls }: ClusterConfig): Check[] {
  if (tls.mode !== 'insecure') return [];
  const message = 'its certificate is not checked: the password can be read on the way';
  return [{ level: 'warn', subject: 'certificate', message, commands: [`hub cluster pin ${id}`] }];
}

function judgeMembers(status: ClusterStatus | undefined): Check[] {
  if (!status)
    return [{ level: 'warn', subject: 'nodes', message: 'the state of the cluster may not be read' }];
  const offline = status.members.filter((member) => !member.online).map((member) => member.name);
  const online = status.members.length - offline.length;
  if (!status.quorate)
    return [
      { level: 'fail', subject: 'nodes', message: 'the cluster has no quorum: nothing can be written' },
    ];
  if (offline.length > 0)
    return [{ level: 'warn', subject: 'nodes', message: `offline: ${offline.join(', ')}` }];
  return [{ level: 'ok', subject: 'nodes', message: `all ${online} nodes are online` }];
}

function readAccount({ user = 'root@pam', token }: ClusterConfig): Account {
  const parsed = token && parseToken(token.reveal());
  return parsed ? { user: parsed.user, token: formatTokenId(parsed) } : { user };
}

/** The datacenter's range of free VMIDs, or Proxmox's own. */
async function readRange(client: ProxmoxClient): Promise<VmidRange> {
  const answer = z.looseObject({ 'next-id': z.unknown() });
  const options = await orUndefined(client.call({ method: 'GET', path: '/cluster/options', answer }));
  const text = JSON.stringify(options?.['next-id'] ?? '');
  const read = (key: string, otherwise: number) =>
    Number(new RegExp(`${key}"?[=:]"?(\\d+)`).exec(text)?.[1] ?? otherwise);
  return { first: read('lower', 100), last: read('upper', 1_000_000) - 1 };
}

/** How far each node's clock is ahead of ours, seconds; half of the way there and back is taken off. */
async function measureTimes(
  client: ProxmoxClient,
  nodes: readonly string[],
): Promise<Map<string, number | undefined>> {
  const answer = z.object({ time: z.coerce.number() });
  const measure = async (node: string): Promise<[string, number | undefined]> => {
    const before = client.clock.now();
    const found = await orUndefined(
      client.call({ method: 'GET', path: `${pathOf('nodes', node)}/time`, answer }),
    );
    const here = (before + client.clock.now()) / 2000;
    return [node, found ? found.time - here : undefined];
  };
  return new Map(await Promise.all(nodes.map(measure)));
}

/** What a call gives, or undefined where Proxmox refuses it. */
async function orUndefined<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isProxmoxError(error)) return undefined;
    throw error;
  }
}
