import type { z } from 'zod';
import { fingerprintGeneration } from '../../inventory/lineage/generation.ts';
import { readClusterAddress } from '../../inventory/record/cluster-address.ts';
import { toRowKind } from '../../inventory/lineage/row-kind.ts';
import type { Database } from '../../store/database.ts';
import type { OfflineContext } from '../class-context.ts';
import { ClassError } from '../class-error.ts';
import {
  checkClassInput,
  registerClassTemplateSchema,
  type RegisterClassTemplateInput,
} from './class-input.ts';
import { confirmTemplate, markTemplate, type ConfirmedTemplate } from '../work/confirm-template.ts';
import { findClass, findClient } from '../find-class.ts';
import { findOriginal } from '../facts/read-source.ts';
import type { ClassRow, TemplateRow } from '../rows.ts';

type Registration = z.output<typeof registerClassTemplateSchema>;

interface Findings {
  owner: ClassRow;
  original: TemplateRow;
  known: TemplateRow | null;
  host: string;
  /** Undefined on a server that is offline. */
  confirmed?: ConfirmedTemplate;
}

/** Records a template that exists as a base of a class. The same again changes nothing. */
export async function registerClassTemplate(
  context: OfflineContext,
  input: RegisterClassTemplateInput,
): Promise<TemplateRow | null> {
  const registration = checkClassInput(registerClassTemplateSchema, input);
  const findings = await check(context, registration);
  const { confirmed, original } = findings;
  if (registration.dryRun) return null;
  if (registration.writeMarker && confirmed !== undefined) {
    const client = findClient(context, registration.clusterId);
    await markTemplate(client, confirmed, { ...registration, generation: original.generation });
  }
  const now = new Date(context.clock.now());
  return context.store.transaction((database) => record(database, registration, { ...findings, now }));
}

/** @throws ClassError */
async function check(context: OfflineContext, registration: Registration): Promise<Findings> {
  const { classId, clusterId, vmid, sourceVmid } = registration;
  const { prisma } = context.store;
  const owner = await findClass(prisma, classId);
  const cluster = await prisma.cluster.findUnique({ where: { id: clusterId } });
  if (cluster === null) {
    throw new ClassError('CLUSTER_NOT_FOUND', `There is no cluster "${clusterId}".`, {
      field: ['clusterId'],
    });
  }
  if (vmid === sourceVmid) {
    throw new ClassError('INVALID_INPUT', 'A template cannot be its own source.', { field: ['sourceVmid'] });
  }
  const known = await prisma.template.findFirst({ where: { clusterId, vmid }, orderBy: { id: 'asc' } });
  const confirmed = await confirm(context, registration);
  const bookedFor = known?.isClassTemplate === true ? known.classId : null;
  refuseOtherClass({ vmid, classId }, confirmed?.marker?.classId ?? bookedFor ?? classId);
  const original = await findOriginal(prisma, { clusterId, vmid: sourceVmid });
  return {
    owner,
    original,
    known,
    host: (await readClusterAddress(prisma, clusterId)) ?? cluster.host,
    confirmed,
  };
}

/** A server that is offline contacts nobody, so it has to believe. */
async function confirm(
  context: OfflineContext,
  registration: Registration,
): Promise<ConfirmedTemplate | undefined> {
  if (context.replicator === undefined) return undefined;
  return confirmTemplate(findClient(context, registration.clusterId), registration);
}

/** @throws ClassError BELONGS_TO_ANOTHER_CLASS */
function refuseOtherClass({ vmid, classId }: Pick<Registration, 'vmid' | 'classId'>, owner: number): void {
  if (owner === classId) return;
  const message = `Template ${vmid} is a base of class ${owner} already.`;
  throw new ClassError('BELONGS_TO_ANOTHER_CLASS', message, { field: ['vmid'] });
}

async function record(
  database: Database,
  registration: Registration,
  { owner, original, known, host, confirmed, now }: Findings & { now: Date },
): Promise<TemplateRow> {
  const { clusterId, vmid, node, classId, sourceVmid, name } = registration;
  const lineage = {
    isReplica: true,
    isClassTemplate: true,
    classId,
    sourceVmid,
    sourceNode: original.node,
    sourceGeneration: original.generation,
  };
  const place = { node, clusterId, clusterIp: host };
  const named = confirmed?.config.name ?? name ?? known?.name ?? `${owner.name}-basetemplate`;
  const data = { ...lineage, ...place, name: named, ...describeSeen(confirmed, now) };
  const row = known
    ? await database.template.update({ where: { id: known.id }, data })
    : await database.template.create({ data: { ...data, vmid } });
  if (known?.isClassTemplate && known.classId === classId && known.sourceVmid === sourceVmid) return row;
  const change = {
    at: now,
    kind: 'REGISTERED',
    templateId: row.id,
    clusterId,
    vmid,
    name: named,
    node,
  } as const;
  await database.templateChange.create({ data: { ...change, detail: `base of class ${classId}` } });
  return row;
}

/** What only Proxmox can tell. */
function describeSeen(confirmed: ConfirmedTemplate | undefined, now: Date) {
  if (confirmed === undefined) return {};
  const { guest, config } = confirmed;
  return {
    kind: toRowKind(guest.kind),
    state: 'PRESENT' as const,
    generation: fingerprintGeneration(guest.kind, config),
    lastVerifiedAt: now,
    missingSince: null,
  };
}
