import type { Lineage } from '../lineage/lineage.ts';
import { isCopied } from '../lineage/generation.ts';
import type { TemplateRow } from '../observe/known-templates.ts';
import type { ClusterObservation, ObservedTemplate, TemplateDetails } from '../observe/observation.ts';
import { toRowKind } from '../lineage/row-kind.ts';

/** Columns that a scan writes. */
export type ScannedColumns = Pick<
  TemplateRow,
  | 'name'
  | 'clusterIp'
  | 'clusterId'
  | 'node'
  | 'kind'
  | 'state'
  | 'isReplica'
  | 'sourceVmid'
  | 'sourceNode'
  | 'isClassTemplate'
  | 'classId'
  | 'generation'
  | 'sourceGeneration'
  | 'configDigest'
  | 'diskBytes'
  | 'storageNames'
  | 'onSharedStorage'
  | 'linkedClones'
  | 'cores'
  | 'memoryBytes'
  | 'osType'
  | 'tags'
  | 'pool'
  | 'imported'
  | 'missingSince'
  | 'reopenedAt'
>;

export interface RowContext {
  observation: ClusterObservation;
  host: string;
  /** Classes that the store has; a marker may name one that is lost. */
  classIds: ReadonlySet<number>;
  /** Without those that are deleted: what was only registered for one is nobody's again. */
  livingClassIds: ReadonlySet<number>;
  /** Nodes of the templates by vmid. */
  nodeOf: ReadonlyMap<number, string>;
}

/** The columns of a template as it was seen now; what the scan does not know stays as the row has it. */
export function writeColumns(
  template: ObservedTemplate,
  { row, lineage, state }: { row: TemplateRow | undefined; lineage: Lineage; state: TemplateRow['state'] },
  context: RowContext,
): Partial<ScannedColumns> {
  const { name, node, kind, tags, pool, details } = template;
  return {
    name,
    node,
    clusterIp: context.host,
    clusterId: context.observation.clusterId,
    kind: toRowKind(kind),
    state,
    tags: [...tags].sort().join(';'),
    pool: pool ?? null,
    imported: false,
    missingSince: null,
    ...writeLineage(lineage, row, context),
    ...(details && writeDetails(details, template, context)),
  };
}

function writeLineage(
  lineage: Lineage,
  row: TemplateRow | undefined,
  { classIds, livingClassIds, nodeOf }: RowContext,
): Partial<ScannedColumns> {
  const { role, sourceVmid, sourceGeneration, classId, marked, registered } = lineage;
  if (role === 'original') {
    if (!row || (!row.isReplica && !row.isClassTemplate)) return {};
    return {
      isReplica: false,
      isClassTemplate: false,
      sourceVmid: null,
      sourceNode: null,
      sourceGeneration: null,
      classId: null,
    };
  }
  const owners = marked && registered !== true ? classIds : livingClassIds;
  return {
    // A class base is a replica too where it says so itself, as the original description has it.
    isReplica: role === 'replica' || marked || row?.isReplica === true,
    isClassTemplate: role === 'class-base',
    sourceVmid: sourceVmid ?? null,
    sourceNode: (sourceVmid === undefined ? undefined : nodeOf.get(sourceVmid)) ?? row?.sourceNode ?? null,
    sourceGeneration: sourceGeneration ?? null,
    classId: [classId, row?.classId].find((id) => typeof id === 'number' && owners.has(id)) ?? null,
  };
}

function writeDetails(
  details: TemplateDetails,
  { node }: ObservedTemplate,
  { observation }: RowContext,
): Partial<ScannedColumns> {
  const { generation, digest, diskBytes, disks, linkedClones, cores, memoryBytes, osType } = details;
  const storages = [...new Set(disks.filter(isCopied).flatMap(({ storage }) => storage ?? []))].sort();
  return {
    generation,
    configDigest: digest,
    diskBytes: BigInt(diskBytes),
    storageNames: storages.join(','),
    onSharedStorage: isShared(storages, node, observation),
    linkedClones,
    cores: cores ?? null,
    memoryBytes: memoryBytes === undefined ? null : BigInt(memoryBytes),
    osType: osType ?? null,
  };
}

/** Undefined, which leaves the column as it is, when a storage cannot be seen. */
function isShared(
  names: readonly string[],
  node: string,
  { storages }: ClusterObservation,
): boolean | undefined {
  const found = names.map((name) =>
    storages.find((storage) => storage.node === node && storage.name === name),
  );
  if (found.length === 0 || found.some((storage) => storage === undefined)) return undefined;
  return found.every((storage) => storage?.shared === true);
}
