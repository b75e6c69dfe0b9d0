import { fingerprintGeneration } from '../inventory/generation.ts';
import { markDescription, parseMarker, unknownGeneration } from '../inventory/marker.ts';
import { toRowKind } from '../inventory/row-kind.ts';
import type { ProxmoxClient } from '../proxmox/client.ts';
import { getGuestConfig, updateGuestConfig, type GuestConfig } from '../proxmox/endpoints/guest-config.ts';
import type { GuestAddress } from '../proxmox/guest.ts';
import { isProxmoxError } from '../proxmox/proxmox-error.ts';
import type { Database } from '../store/store.ts';
import type { ClassContext } from './class-context.ts';
import { ClassError } from './class-error.ts';
import { checkInput, registerClassTemplateSchema, type RegisterClassTemplateInput } from './class-input.ts';
import { findClass, findClient } from './find-class.ts';
import { findOriginal } from './read-source.ts';
import type { TemplateRow } from './rows.ts';

/** Tells a marker that was written by hand from those of guests that we made. */
const registeredToken = 'registered';

interface Found {
  guest: GuestAddress;
  config: GuestConfig;
}

/** Records a template that exists as a base of a class, once Proxmox has confirmed that it is one on that node. */
export async function registerClassTemplate(
  context: ClassContext,
  input: RegisterClassTemplateInput,
): Promise<TemplateRow> {
  const { writeMarker, ...wanted } = checkInput(registerClassTemplateSchema, input);
  const { prisma } = context.store;
  await findClass(prisma, wanted.classId);
  const client = findClient(context, wanted.clusterId);
  const found = await findTemplate(client, wanted);
  await refuseOtherClass(prisma, { ...wanted, config: found.config });
  const original = await findOriginal(prisma, { clusterId: wanted.clusterId, vmid: wanted.sourceVmid });
  const generation = original.generation ?? undefined;
  if (writeMarker) await mark(client, found, { ...wanted, generation: generation ?? unknownGeneration });
  const now = new Date(context.clock.now());
  return context.store.transaction((database) => record(database, { ...wanted, ...found, now, original }));
}

type Wanted = Omit<RegisterClassTemplateInput, 'writeMarker'>;

/** @throws ClassError GUEST_NOT_FOUND, NOT_A_TEMPLATE */
async function findTemplate(client: ProxmoxClient, { vmid, node }: Wanted): Promise<Found> {
  for (const kind of ['qemu', 'lxc'] as const) {
    const config = await readConfig(client, { kind, node, vmid });
    if (config?.template === true) return { guest: { kind, node, vmid }, config };
    if (config === undefined) continue;
    const message = `Guest ${vmid} on node ${node} is no template. Convert it first.`;
    throw new ClassError('NOT_A_TEMPLATE', message, { field: ['vmid'] });
  }
  const message = `There is no guest ${vmid} on node ${node}. Look for the node it is on.`;
  throw new ClassError('GUEST_NOT_FOUND', message, { field: ['vmid'] });
}

async function readConfig(client: ProxmoxClient, guest: GuestAddress): Promise<GuestConfig | undefined> {
  try {
    return await getGuestConfig(client, guest);
  } catch (error) {
    if (isProxmoxError(error, 'GUEST_NOT_FOUND')) return undefined;
    throw error;
  }
}

/** @throws ClassError BELONGS_TO_ANOTHER_CLASS */
async function refuseOtherClass(
  database: Pick<Database, 'template'>,
  { clusterId, vmid, classId, config }: Wanted & { config: GuestConfig },
): Promise<void> {
  const row = await database.template.findFirst({ where: { clusterId, vmid, isClassTemplate: true } });
  const owner = parseMarker(config.description, vmid)?.classId ?? row?.classId ?? classId;
  if (owner === classId) return;
  const message = `Template ${vmid} is a base of class ${owner} already.`;
  throw new ClassError('BELONGS_TO_ANOTHER_CLASS', message, { field: ['vmid'] });
}

async function mark(
  client: ProxmoxClient,
  { guest, config }: Found,
  { vmid, sourceVmid, classId, generation }: Wanted & { generation: string },
): Promise<void> {
  if (parseMarker(config.description, vmid)?.classId === classId) return;
  const marker = {
    kind: 'class-base',
    vmid,
    source: sourceVmid,
    generation,
    classId,
    token: registeredToken,
  } as const;
  const description = markDescription(config.description, marker);
  await updateGuestConfig(client, guest, { set: { description }, digest: config.digest });
}

async function record(
  database: Database,
  {
    clusterId,
    vmid,
    node,
    classId,
    sourceVmid,
    guest,
    config,
    now,
    original,
  }: Wanted &
    Found & {
      now: Date;
      original: TemplateRow;
    },
): Promise<TemplateRow> {
  const { host } = await database.cluster.findUniqueOrThrow({ where: { id: clusterId } });
  const name = config.name ?? String(vmid);
  const lineage = {
    isReplica: true,
    sourceVmid,
    sourceNode: original.node,
    sourceGeneration: original.generation,
  };
  const seen = {
    name,
    node,
    kind: toRowKind(guest.kind),
    state: 'PRESENT',
    lastVerifiedAt: now,
    missingSince: null,
  } as const;
  const generation = fingerprintGeneration(guest.kind, config);
  const data = { ...lineage, ...seen, generation, isClassTemplate: true, classId, clusterIp: host };
  const known = await database.template.findFirst({ where: { clusterId, vmid }, orderBy: { id: 'asc' } });
  const row = known
    ? await database.template.update({ where: { id: known.id }, data })
    : await database.template.create({ data: { ...data, clusterId, vmid } });
  const change = { at: now, kind: 'REGISTERED', templateId: row.id, clusterId, vmid, name, node } as const;
  await database.templateChange.create({ data: { ...change, detail: `base of class ${classId}` } });
  return row;
}
