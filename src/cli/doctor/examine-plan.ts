import { readClusterFacts } from '../../inventory/observe/read-cluster-facts.ts';
import type { ClusterObservation } from '../../inventory/observe/observation.ts';
import { observeCluster } from '../../inventory/observe/observe.ts';
import { createTemplateCache } from '../../inventory/observe/template-cache.ts';
import type { ProxmoxClient } from '../../proxmox/client.ts';
import type { Placement } from '../../replication/plan/plan.ts';
import { planReplication } from '../../replication/plan/plan-replication.ts';
import type { ReasonCode } from '../../replication/plan/reason.ts';
import type { ReplicationPolicy } from '../../replication/policy/policy.ts';
import type { Check } from './check.ts';

/** Told by checks of their own. */
const toldElsewhere: ReadonlySet<ReasonCode> = new Set<ReasonCode>(['NODE_OFFLINE', 'RIGHT_MISSING']);

/** More of them are in the plan. */
const mostMessages = 10;

/** The cluster as a scan sees it. */
export function scanForDoctor(client: ProxmoxClient): Promise<ClusterObservation> {
  const { clusterId, clock } = client;
  return observeCluster({ client, clusterId, known: [], cache: createTemplateCache(), clock });
}

/** What a first run would meet: copies that are not possible, and what deserves a look of those that are. */
export async function examinePlan(
  client: ProxmoxClient,
  { observation, policy }: { observation: ClusterObservation; policy: ReplicationPolicy },
): Promise<Check[]> {
  const { nodes, storages, templates, blind } = observation;
  if (blind) return [{ level: 'fail', subject: 'templates', message: blind.message }];
  const facts = await readClusterFacts({
    client,
    guests: templates.flatMap(({ details }) => details ?? []),
    nodes: nodes.filter(({ state }) => state === 'ONLINE').map(({ name }) => name),
    storages,
  });
  const plan = planReplication({ observation, policy, facts, rows: [], running: [] });
  const remarks = plan.remarks.map((message): Check => ({ level: 'warn', subject: 'policy', message }));
  return [...remarks, ...judgePlacements(plan.placements)];
}

/** A check for each sentence that the plan says. Pure. */
export function judgePlacements(placements: readonly Placement[]): Check[] {
  const messages = [
    ...placements.flatMap(({ status, reason }) =>
      status === 'NOT_POSSIBLE' && reason && !toldElsewhere.has(reason.code) ? [reason.message] : [],
    ),
    ...placements.flatMap(({ warnings = [] }) => warnings.map(({ message }) => message)),
  ];
  const unique = [...new Set(messages)];
  if (unique.length === 0) {
    // What other checks tell stands in the way.
    if (placements.some(({ status }) => status === 'NOT_POSSIBLE')) return [];
    return [{ level: 'ok', subject: 'templates', message: 'nothing stands in the way of their copies' }];
  }
  const more = unique.length - mostMessages;
  const rest = more > 0 ? [`${more} more are in the plan: hub replicate plan`] : [];
  return [...unique.slice(0, mostMessages), ...rest].map((message) => ({
    level: 'warn',
    subject: 'templates',
    message,
  }));
}
