import type { Store } from '../../../src/store/store.ts';

/** Texts that have to be written exactly as JSON.stringify writes them. */
export const oddTexts = [
  '"',
  '\\',
  "'",
  '\u0001\b\f\n\r\t\u001f',
  '\u007f\u0080',
  '\u2028',
  'é',
  '😀',
  '$1%_?',
  '{"a":1}',
  '',
];

const at = (minute: number) => new Date(Date.UTC(2026, 0, 15, 10, minute, 0, minute));

/** Fills a store that holds the sample database with rows of every kind, and with values at the edges. */
export async function fillStore({ prisma }: Store): Promise<void> {
  for (const clusterId of ['cluster1', 'cluster2']) {
    await prisma.cluster.update({
      where: { id: clusterId },
      data: {
        version: '8.4.21',
        quorate: clusterId === 'cluster1',
        lastScanAt: at(1),
        lastErrorMessage: '"',
      },
    });
    for (const [place, state] of (['ONLINE', 'OFFLINE', 'UNKNOWN', 'ONLINE'] as const).entries()) {
      const data = {
        clusterId,
        name: `pve${place + 1}`,
        state,
        memoryTotal: 2n ** 40n,
        cpus: place,
        lastSeenAt: at(2),
      };
      await prisma.node.create({ data });
    }
  }
  await prisma.cluster.create({
    data: { id: 'ünter "q" \\', name: 'odd', host: '10.9.9.9', configured: false },
  });
  await fillTemplates({ prisma });
  await fillClass({ prisma });
  await fillRuns({ prisma });
  await fillChanges({ prisma });
}

type Filled = Pick<Store, 'prisma'>;

async function fillTemplates({ prisma }: Filled): Promise<void> {
  const bytes = [0n, 1n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 62n, null];
  await prisma.template.createMany({
    data: oddTexts.map((text, place) => ({
      name: text,
      node: place % 4 === 0 ? null : text,
      vmid: 7000 + place,
      tags: place % 2 === 0 ? `a;${text},b` : '',
      storageNames: place % 3 === 0 ? null : `nas,${text}`,
      clusterId: place % 3 === 0 ? 'ünter "q" \\' : null,
      clusterIp: place % 3 === 0 ? '10.9.9.9' : null,
      diskBytes: bytes[place % bytes.length],
      onSharedStorage: [null, true, false][place % 3],
      cores: place % 2 === 0 ? place : null,
      lastVerifiedAt: place % 2 === 0 ? at(place) : null,
      state: (['PRESENT', 'MISSING', 'OUTDATED', 'ORPHANED'] as const)[place % 4],
      isReplica: place % 5 === 1,
      sourceVmid: place % 5 === 1 ? 7000 + place - 1 : null,
    })),
  });
  await prisma.template.updateMany({
    where: { vmid: 202 },
    data: { state: 'OUTDATED', onSharedStorage: true },
  });
}

async function fillClass({ prisma }: Filled): Promise<void> {
  const data = {
    name: 'Linux "1"',
    teacher: 'Ada',
    clusterId: 'cluster1',
    nodes: 'pve1,pve2',
    tags: 'lab',
    sourceVmid: 111,
  };
  const { id: classId } = await prisma.class.create({ data: { ...data, state: 'READY' } });
  await prisma.classMachine.create({
    data: { classId, role: 'TEACHER', state: 'PRESENT', vmid: 10_000, name: 't' },
  });
  for (const number of [3, 1, 2])
    await prisma.classMachine.create({ data: { classId, role: 'STUDENT', number, state: 'PLANNED' } });
  await prisma.template.create({
    data: {
      name: 'base',
      vmid: 10_001,
      classId,
      isClassTemplate: true,
      isReplica: true,
      sourceVmid: 111,
      clusterId: 'cluster1',
      clusterIp: '10.220.15.249',
      node: 'pve1',
    },
  });
}

async function fillRuns({ prisma }: Filled): Promise<void> {
  const [aClass] = await prisma.class.findMany({ orderBy: { id: 'desc' }, take: 1 });
  const outcomes = [null, 'SUCCEEDED', 'PARTIAL', null, 'FAILED'] as const;
  for (const [place, outcome] of outcomes.entries()) {
    const { id: runId } = await prisma.replicationRun.create({
      data: {
        clusterId: place % 2 === 0 ? 'cluster1' : 'cluster2',
        trigger: 'TIMER',
        kind: place === 4 ? 'CLASS_DEPLOY' : 'REPLICATION',
        classId: place === 4 ? aClass?.id : null,
        status: outcome ? 'FINISHED' : place === 0 ? 'RUNNING' : 'QUEUED',
        outcome,
        stepsTotal: 3,
        stepsDone: place % 3,
        bytesTotal: place === 1 ? 0n : 3_000_000_007n,
        bytesDone: BigInt(place) * 700_000_001n,
        startedAt: place === 3 ? null : at(20),
        createdAt: at(place),
      },
    });
    for (const [step, phase] of (['DONE', 'CLONING', 'FAILED'] as const).entries()) {
      await prisma.replicationStep.create({
        data: {
          runId,
          clusterId: place % 2 === 0 ? 'cluster1' : 'cluster2',
          phase,
          sourceVmid: 111 + (step % 2),
          targetNode: `pve${step + 2}`,
          way: 'LOCAL_MIGRATE',
          name: oddTexts[step] ?? '',
          token: `${place}/${step}`,
          vmid: step === 1 ? 900 : null,
          bytesTotal: 3n ** BigInt(step * 9),
          bytesDone: BigInt(step * 1000),
          errorCode: phase === 'FAILED' ? 'STORAGE_FULL' : null,
          errorMessage: phase === 'FAILED' ? 'there is no "room"' : null,
        },
      });
    }
  }
}

async function fillChanges({ prisma }: Filled): Promise<void> {
  for (const [place, kind] of (['APPEARED', 'MOVED', 'VANISHED', 'RENAMED'] as const).entries()) {
    await prisma.templateChange.create({
      data: {
        at: at(place),
        kind,
        vmid: 111 + place,
        name: oddTexts[place] ?? '',
        templateId: place % 2 === 0 ? 1 : null,
      },
    });
  }
}
