import type { ClusterConfig } from '../../config/config.ts';
import { describeError } from '../../errors/hub-error.ts';
import type { ProxmoxClient } from '../../proxmox/client.ts';
import { getClusterStatus, type ClusterStatus } from '../../proxmox/endpoints/cluster-status.ts';
import { listStorageDefinitions, type StorageDefinition } from '../../proxmox/endpoints/storages.ts';
import { getVersion } from '../../proxmox/endpoints/version.ts';
import type { ClusterObservation } from '../../inventory/observe/observation.ts';
import { isProxmoxError } from '../../proxmox/failures/proxmox-error.ts';
import { replicationPolicySchema, type ReplicationPolicy } from '../../replication/policy/policy.ts';
import { askFor, type Answer } from './answer.ts';
import type { Check } from './check.ts';
import { examinePlan, scanForDoctor } from './examine-plan.ts';
import { judgeNames } from './judge-names.ts';
import { judgeStorages, listBareNodes, listImageStorages } from './judge-storages.ts';
import { judgeTimes } from './judge-time.ts';
import { judgeVmids } from './judge-vmids.ts';
import { readHeldRights } from './read-rights.ts';
import { readTimes } from './read-times.ts';
import { readVmidRange } from './read-vmid-range.ts';
import { listRequirements, listRolePrivileges } from './requirements.ts';
import { judgeRights, readAccount } from './rights.ts';
import { listTemplateRequirements } from './template-requirements.ts';

/** What several checks look at. An answer that could not be had fails those checks that ask for it. */
interface Findings {
  readonly cluster: ClusterConfig;
  readonly client: ProxmoxClient;
  readonly version: string;
  readonly policy: ReplicationPolicy;
  readonly status: Answer<ClusterStatus>;
  readonly definitions: Answer<StorageDefinition[]>;
  readonly observation: ClusterObservation;
}

/**
 * Looks at one cluster from all sides. A cluster that cannot be reached gives one failed check; an odd answer fails the
 * checks that need it, and no other.
 */
export async function examineCluster(cluster: ClusterConfig, client: ProxmoxClient): Promise<Check[]> {
  const trust = judgeTrust(cluster);
  const found = await askFor(getVersion(client));
  if ('fault' in found)
    return [{ level: 'fail', subject: 'connection', message: describeError(found.fault) }, ...trust];
  const { version } = found.value;
  const reached: Check = { level: 'ok', subject: 'connection', message: `Proxmox VE ${version} answers` };
  const [status, definitions, observation] = await Promise.all([
    askFor(getClusterStatus(client)),
    askFor(listStorageDefinitions(client)),
    scanForDoctor(client),
  ]);
  const policy = replicationPolicySchema.parse(cluster.replication ?? {});
  const findings = { cluster, client, version, policy, status, definitions, observation };
  return [reached, ...trust, ...(await examineAll(findings))];
}

async function examineAll(findings: Findings): Promise<Check[]> {
  const { client, policy, observation } = findings;
  const checks = await Promise.all([
    attempt('nodes', async () => judgeMembers(findings.status)),
    attempt('rights', () => examineRights(findings)),
    attempt('time', async () => judgeTimes(await readTimes(client, listOnline(findings)))),
    attempt('storages', async () => examineStorages(findings)),
    ...(observation.reachable
      ? [
          attempt('vmids', () => examineVmids(findings)),
          attempt('names', async () => [examineNames(findings)]),
          attempt('templates', () => examinePlan(client, { observation, policy })),
        ]
      : [[describeUnseen(observation)]]),
  ]);
  return checks.flat();
}

/** A check whose answers cannot be had, or read, has failed; the others go on. */
async function attempt(subject: string, look: () => Promise<Check[]>): Promise<Check[]> {
  try {
    return await look();
  } catch (error) {
    if (!isProxmoxError(error)) throw error;
    return [{ level: 'fail', subject, message: `could not be looked at: ${error.message}` }];
  }
}

function describeUnseen({ fault }: ClusterObservation): Check {
  const message = `nodes and guests could not be looked at: ${fault?.message ?? 'they were not shown'}`;
  return { level: 'fail', subject: 'templates', message };
}

async function examineRights(findings: Findings): Promise<Check[]> {
  const { cluster, client, version, policy, definitions, observation } = findings;
  const images = listImageStorages('value' in definitions ? definitions.value : []);
  const special = client.isRoot ? [] : listTemplateRequirements(observation.templates);
  const general = listRequirements({
    version,
    storages: images.map(({ storage }) => storage),
    storagesHidden: images.length === 0 || listBareNodes(images, listOnline(findings)).length > 0,
    pool: policy.pool,
    templates: observation.templates,
  });
  const requirements = [...general, ...special];
  const account = readAccount(cluster);
  const paths = [...new Set(requirements.map(({ path }) => path))];
  const held = await readHeldRights(client, account, paths);
  return judgeRights({ requirements, held, account, rolePrivileges: listRolePrivileges(version) });
}

function examineStorages(findings: Findings): Check[] {
  return judgeStorages(read(findings.definitions), listOnline(findings));
}

async function examineVmids({ client, policy, observation }: Findings): Promise<Check[]> {
  const range = policy.vmidRange ?? (await readVmidRange(client));
  const taken = observation.guests.map((guest) => guest.vmid);
  return [judgeVmids(range, taken)];
}

function examineNames({ policy, observation, status }: Findings): Check {
  return judgeNames(policy, observation.templates, listOnline({ status })[0] ?? '');
}

/** @throws what the question failed with */
function read<Value>(answer: Answer<Value>): Value {
  if ('fault' in answer) throw answer.fault;
  return answer.value;
}

function listOnline({ status }: Pick<Findings, 'status'>): string[] {
  const members = 'value' in status ? status.value.members : [];
  return members.filter((member) => member.online).map((member) => member.name);
}

function judgeTrust({ id, tls }: ClusterConfig): Check[] {
  if (tls.mode !== 'insecure') return [];
  const message = 'its certificate is not checked: the password can be read on the way';
  return [{ level: 'warn', subject: 'certificate', message, commands: [`hub cluster pin ${id}`] }];
}

function describeAllOnline(nodes: number): string {
  return nodes === 1 ? 'its only node is online' : `all ${nodes} nodes are online`;
}

function judgeMembers(answer: Answer<ClusterStatus>): Check[] {
  // The rights tell it as well, and what gives them.
  if ('fault' in answer && isProxmoxError(answer.fault, 'FORBIDDEN'))
    return [{ level: 'warn', subject: 'nodes', message: 'the state of the cluster may not be read' }];
  const { members, quorate } = read(answer);
  const offline = members.filter((member) => !member.online).map((member) => member.name);
  if (!quorate)
    return [
      { level: 'fail', subject: 'nodes', message: 'the cluster has no quorum: nothing can be written' },
    ];
  if (offline.length > 0)
    return [{ level: 'warn', subject: 'nodes', message: `offline: ${offline.join(', ')}` }];
  return [{ level: 'ok', subject: 'nodes', message: describeAllOnline(members.length) }];
}
