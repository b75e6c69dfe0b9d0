import { fingerprintGeneration, isCopied } from '../../inventory/lineage/generation.ts';
import { fromRowKind } from '../../inventory/lineage/row-kind.ts';
import type { ProxmoxClient } from '../../proxmox/client.ts';
import type { Disk } from '../../proxmox/guests/disks.ts';
import { getFeature, getGuestConfig } from '../../proxmox/endpoints/guest-config.ts';
import { readHostNeeds } from '../../proxmox/guests/host-needs.ts';
import type { Database } from '../../store/database.ts';
import { ClassError } from '../class-error.ts';
import type { DriveUse, SourceDrive, SourceFacts } from './class-facts.ts';
import type { SourceTemplate } from '../plan/class-plan.ts';
import type { TemplateRow } from '../rows.ts';

const mebibyte = 1024 ** 2;

/** An original by its id. */
export interface OriginalAddress {
  clusterId: string;
  vmid: number;
}

/**
 * The row of an original: a template that is there, and no class's.
 *
 * @throws ClassError SOURCE_NOT_FOUND, CLASS_TEMPLATE_AS_SOURCE
 */
export async function findOriginal(
  database: Pick<Database, 'template'>,
  { clusterId, vmid }: OriginalAddress,
): Promise<PlacedRow> {
  const field = ['sourceVmid'];
  const found = await database.template.findFirst({ where: { clusterId, vmid, state: { not: 'MISSING' } } });
  if (found === null || found.node === null) {
    const message = `There is no template ${vmid} in cluster "${clusterId}", as far as the last scan could see.`;
    throw new ClassError('SOURCE_NOT_FOUND', message, { field });
  }
  if (!found.isClassTemplate) return { ...found, node: found.node };
  const message = `Template ${vmid} belongs to a class and is not offered to others. Choose its original.`;
  throw new ClassError('CLASS_TEMPLATE_AS_SOURCE', message, { field });
}

/** What decides about an original, read from Proxmox at this moment. @throws ClassError as `findOriginal` */
export async function readSource(
  database: Pick<Database, 'template'>,
  client: ProxmoxClient,
  address: OriginalAddress,
): Promise<SourceFacts> {
  const facts = await describeTemplate(client, await findOriginal(database, address));
  return { ...facts, replicas: await findReplicas(database, address, facts.generation) };
}

/** A template as if it were the original: what a class goes on with whose original no longer exists. */
export async function readStandIn(client: ProxmoxClient, base: PlacedRow): Promise<SourceFacts> {
  const facts = await describeTemplate(client, base);
  return { ...facts, generation: undefined, gone: true };
}

type PlacedRow = TemplateRow & { node: string };

async function describeTemplate(
  client: ProxmoxClient,
  row: PlacedRow,
): Promise<SourceFacts & { generation: string }> {
  const kind = fromRowKind(row.kind);
  const guest = { kind, node: row.node, vmid: row.vmid };
  const config = await getGuestConfig(client, guest);
  const { has } = await getFeature(client, guest, { feature: 'clone' });
  const copied = config.disks.filter(isCopied);
  return {
    ...guest,
    name: row.name,
    generation: fingerprintGeneration(kind, config),
    drives: config.disks.flatMap(toDrive),
    guest: { needs: readHostNeeds(kind, config.options), disks: config.disks },
    baseVolumes: copied.length > 0 && copied.every(({ base }) => base),
    canLink: has,
    bytes: copied.reduce((sum, { size = 0 }) => sum + size, 0),
    memory: (config.memory ?? 0) * mebibyte,
    replicas: [],
    gone: false,
  };
}

function toDrive(disk: Disk): SourceDrive[] {
  const { drive, storage, unused } = disk;
  return storage === undefined || unused ? [] : [{ drive, storage, use: useOf(disk) }];
}

function useOf({ cdrom, cloudinit }: Disk): DriveUse {
  if (cloudinit) return 'CLOUDINIT';
  return cdrom ? 'CD' : 'DISK';
}

/** Replicas that were made of the original as it is now. */
async function findReplicas(
  database: Pick<Database, 'template'>,
  { clusterId, vmid }: OriginalAddress,
  generation: string,
): Promise<SourceTemplate[]> {
  const rows = await database.template.findMany({
    where: {
      clusterId,
      sourceVmid: vmid,
      isReplica: true,
      isClassTemplate: false,
      state: 'PRESENT',
      sourceGeneration: generation,
    },
    orderBy: { vmid: 'asc' },
  });
  return rows.flatMap((row) => (row.node === null ? [] : [{ vmid: row.vmid, node: row.node, generation }]));
}
