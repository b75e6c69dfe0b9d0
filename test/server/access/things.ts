import type { Store } from '../../../src/store/store.ts';

/** What there is of one cluster, to be asked for. */
export interface Things {
  readonly clusterId: string;
  readonly classId: number;
  readonly runId: number;
  readonly templateId: number;
  readonly vmid: number;
}

/** Adds of everything something to a cluster; names and texts of it have the cluster's id in them. */
export async function addThings({ prisma }: Store, clusterId: string): Promise<Things> {
  const { host: clusterIp } = await prisma.cluster.findUniqueOrThrow({ where: { id: clusterId } });
  const node = `node-of-${clusterId}`;
  await prisma.node.create({ data: { clusterId, name: node, state: 'ONLINE' } });
  const made = await prisma.class.create({
    data: { name: `class of ${clusterId}`, clusterId, sourceVmid: 4711, vmidFirst: 10_000, vmidLast: 10_099 },
  });
  const template = await prisma.template.create({
    data: { name: 'same-name', vmid: 4711, node, clusterId, clusterIp, classId: made.id },
  });
  await prisma.template.create({
    data: {
      name: `replica on ${clusterId}`,
      vmid: 4712,
      node: `${node}-2`,
      clusterId,
      clusterIp,
      isReplica: true,
      sourceVmid: 4711,
      sourceNode: node,
    },
  });
  const run = await prisma.replicationRun.create({
    data: { clusterId, trigger: 'TIMER', status: 'FINISHED', outcome: 'FAILED', kind: 'REPLICATION' },
  });
  await prisma.replicationStep.create({
    data: {
      runId: run.id,
      clusterId,
      sourceVmid: 4711,
      targetNode: `${node}-2`,
      way: 'LOCAL',
      name: `step of ${clusterId}`,
      token: `token-${clusterId}`,
    },
  });
  await prisma.templateChange.create({
    data: {
      at: new Date(),
      kind: 'APPEARED',
      clusterId,
      templateId: template.id,
      vmid: 4711,
      name: `change of ${clusterId}`,
      node,
    },
  });
  return { clusterId, classId: made.id, runId: run.id, templateId: template.id, vmid: 4711 };
}
