import { createClassExtension } from '../../src/classes/work/class-extension.ts';
import { ClassError } from '../../src/classes/class-error.ts';
import type { ClassAnswer, ClassService } from '../../src/classes/service/class-service.ts';
import { createClassService } from '../../src/classes/service/create-class-service.ts';
import type { ClassRow } from '../../src/classes/rows.ts';
import type { StepExtension } from '../../src/replication/order.ts';
import type { Clock } from '../../src/time/clock.ts';
import type { Laboratory, LabServer } from '../replication/support/laboratory.ts';
import { buildWorld, clusterId, machine } from '../replication/support/small-world.ts';
import { auditClasses } from './support/class-books.ts';
import { kept, passing, students } from './support/class-plan.ts';
import type { Scenario } from './support/scenario.ts';

const mebibyte = 1024 ** 2;
const silent = { info: () => undefined, warn: () => undefined };

/**
 * Two classes with similar names from one original on two nodes. The first is deployed, and one student's machine is made
 * anew; the second is deployed and deleted again. Somebody asks for it as long as it is not there.
 */
export function classesScenario({ shared = false }: { shared?: boolean } = {}): Scenario {
  const world = buildWorld({
    nodes: 2,
    local: shared ? 0 : 1,
    shared: shared ? 1 : 0,
    bytes: 100 * mebibyte,
    cloudinit: true,
    foreign: [machine(200, 'pve1'), machine(201, 'pve2', `${kept}-1`)],
  });
  return {
    name: shared ? 'classes on shared storage' : 'classes on local storage',
    world,
    policy: { mode: 'ON_DEMAND' },
    extensions: (clock: Clock): readonly StepExtension[] => [createClassExtension({ clock })],
    ask,
    audit: auditClasses,
  };
}

/** What is still to be done, one thing after the other. What is refused now is asked for again in the next pass. */
async function ask(server: LabServer, { random }: Pick<Laboratory, 'random'>): Promise<void> {
  const service = createClassService({ ...server, random, logger: silent });
  try {
    await server.replicator.settled();
    const first = await findOrCreate(server, service, kept);
    if (first.state !== 'READY')
      await finish(server, service.deployClass({ classId: first.id, trigger: 'COMMAND' }));
    const second = await findOrCreate(server, service, passing);
    if (second.state === 'DRAFT' || second.state === 'DEPLOYING') {
      await finish(server, service.deployClass({ classId: second.id, students: 1, trigger: 'COMMAND' }));
    }
    if (!(await wasReset(server, first))) {
      await finish(server, service.resetStudent({ classId: first.id, numbers: [1], trigger: 'COMMAND' }));
    }
    await finish(
      server,
      service.deleteClass({ classId: second.id, confirm: second.name, trigger: 'COMMAND' }),
    );
  } catch (error) {
    if (!(error instanceof ClassError)) throw error;
  }
}

async function finish({ replicator }: LabServer, asked: Promise<ClassAnswer>): Promise<void> {
  const { run } = await asked;
  if (run !== undefined) await replicator.finished(run.id);
}

async function findOrCreate(
  { store, replicator }: LabServer,
  service: ClassService,
  name: string,
): Promise<ClassRow> {
  const found = await store.prisma.class.findFirst({ where: { name } });
  if (found !== null) return found;
  await replicator.scan(clusterId);
  const original = await store.prisma.template.findFirst({
    where: { isReplica: false, isClassTemplate: false },
  });
  return service.createClass({ name, clusterId, sourceVmid: original?.vmid ?? 0, students });
}

async function wasReset({ store }: LabServer, { id }: ClassRow): Promise<boolean> {
  const run = await store.prisma.replicationRun.findFirst({
    where: { classId: id, kind: 'CLASS_RESET', outcome: 'SUCCEEDED' },
  });
  return run !== null;
}
