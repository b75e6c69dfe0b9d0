import type { Database } from '../../store/database.ts';
import { listClusterResources } from '../../proxmox/endpoints/cluster-resources.ts';
import type { z } from 'zod';
import { suggest } from '../../names/did-you-mean.ts';
import type { ClassContext } from '../class-context.ts';
import { ClassError } from '../class-error.ts';
import { checkClassInput, createClassSchema, type CreateClassInput } from './class-input.ts';
import { changeSettings } from '../class-settings.ts';
import { chooseRange, overlaps, sizeOfRange, type VmidRange } from '../plan/class-vmids.ts';
import { findClient } from '../find-class.ts';
import { findOriginal } from '../facts/read-source.ts';
import type { ClassRow } from '../rows.ts';

type CheckedInput = z.output<typeof createClassSchema>;

/** Books a class and gives it a range of ids. Proxmox is only asked which ids are taken. */
export async function createClass(context: ClassContext, input: CreateClassInput): Promise<ClassRow> {
  const checked = checkClassInput(createClassSchema, input);
  const { clusterId, sourceVmid } = checked;
  const client = findClient(context, clusterId);
  await findOriginal(context.store.prisma, { clusterId, vmid: sourceVmid });
  await refuseUnknownNodes(context.store.prisma, checked);
  const { guests } = await listClusterResources(client, { type: 'vm' });
  const taken = new Set(guests.map(({ vmid }) => vmid));
  return context.store.transaction(async (database) => {
    const range = await findRange(database, checked, taken);
    return database.class.create({ data: toRow(checked, range) });
  });
}

/** Of a cluster that no scan has reached nothing is known. @throws ClassError NO_NODE */
async function refuseUnknownNodes(
  database: Pick<Database, 'node'>,
  { clusterId, nodes }: CheckedInput,
): Promise<void> {
  const rows = await database.node.findMany({ where: { clusterId }, select: { name: true } });
  const known = rows.map(({ name }) => name);
  const unknown = known.length === 0 ? undefined : nodes.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const instead = suggest(unknown, known) || `; there are ${known.toSorted().join(', ')}`;
  throw new ClassError('NO_NODE', `Cluster ${clusterId} has no node "${unknown}"${instead}`, {
    field: ['nodes'],
  });
}

function toRow(input: CheckedInput, { first, last }: VmidRange) {
  const { name, teacher, description, clusterId, sourceVmid, pool, namePattern } = input;
  const { students, teacherMachine, storage, snapshot, start, allowFullClones } = input;
  const settings = { students, teacherMachine, storage, snapshot, start, allowFullClones };
  return {
    name,
    teacher,
    description,
    clusterId,
    sourceVmid,
    pool,
    namePattern,
    nodes: input.nodes.join(','),
    tags: input.tags.join(','),
    vmidFirst: first,
    vmidLast: last,
    settings: changeSettings({ settings: '{}' }, settings),
  };
}

/** @throws ClassError VMID_RANGE_TAKEN */
async function findRange(
  database: Database,
  { clusterId, vmids, students, nodes }: CheckedInput,
  taken: ReadonlySet<number>,
): Promise<VmidRange> {
  const others = await readRanges(database, clusterId);
  const other = vmids && others.find((range) => overlaps(range, vmids));
  if (vmids && other) {
    const message = `The ids ${vmids.first}–${vmids.last} overlap those of class "${other.name}", ${other.first}–${other.last}.`;
    throw new ClassError('VMID_RANGE_TAKEN', message, { field: ['vmids'] });
  }
  const nodeCount = nodes.length || (await database.node.count({ where: { clusterId } }));
  const range = vmids ?? chooseRange({ size: sizeOfRange(students, nodeCount), taken, ranges: others });
  if (range !== undefined) return range;
  throw new ClassError('VMID_RANGE_TAKEN', 'No range of ids is free; name one.', { field: ['vmids'] });
}

async function readRanges(database: Database, clusterId: string): Promise<(VmidRange & { name: string })[]> {
  const classes = await database.class.findMany({ where: { clusterId, state: { not: 'DELETED' } } });
  return classes.flatMap(({ name, vmidFirst, vmidLast }) =>
    vmidFirst === null || vmidLast === null ? [] : [{ name, first: vmidFirst, last: vmidLast }],
  );
}
