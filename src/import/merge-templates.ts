import type { Prisma } from '../../prisma/generated/sqlite/client.ts';
import type { TemplateDraft } from './convert-templates.ts';
import { IdBook } from './id-book.ts';
import type { ImportNotes } from './report.ts';
import type { StoredTemplate } from './stored-content.ts';
import { findKey, makeTemplateMatcher } from './template-matcher.ts';

/** Facts that the file can add to a row which a scan has made. */
export type TemplateCompletion = Pick<
  Prisma.TemplateUncheckedUpdateInput,
  'isReplica' | 'sourceVmid' | 'sourceNode' | 'isClassTemplate' | 'classId' | 'clusterId'
>;

export interface TemplateMerge {
  readonly creates: Prisma.TemplateCreateManyInput[];
  readonly updates: { id: number; data: TemplateCompletion }[];
  readonly unchanged: number;
  /** Old id → id in the store. */
  readonly ids: ReadonlyMap<number, number>;
  /** The highest id in use or referred to. */
  readonly highestId: number;
}

/** Decides for each draft whether it is new, known, or adds something; references are not translated yet. */
export function mergeTemplates(
  drafts: readonly TemplateDraft[],
  stored: readonly StoredTemplate[],
  notes: ImportNotes,
): TemplateMerge {
  const { distinct, twins } = dropTwins(drafts, notes);
  const match = makeTemplateMatcher(stored);
  const references = drafts.flatMap((draft) => [draft.legacyId, draft.originalTemplateId]);
  const book = new IdBook(
    stored.map((row) => row.id),
    references,
  );
  const ids = new Map<number, number>();
  const creates: Prisma.TemplateCreateManyInput[] = [];
  const updates: TemplateMerge['updates'] = [];
  let unchanged = 0;
  for (const draft of distinct) {
    const row = match(draft);
    const id = row?.id ?? giveId(draft, book, notes);
    if (draft.legacyId !== undefined && !ids.has(draft.legacyId)) ids.set(draft.legacyId, id);
    const data = row ? completeRow(row, draft) : undefined;
    if (!row) creates.push(composeRow(draft, id));
    else if (data) updates.push({ id, data });
    else unchanged += 1;
  }
  for (const [twin, kept] of twins) ids.set(twin, ids.get(kept) ?? kept);
  return { creates, updates, unchanged, ids, highestId: book.highest };
}

/** Of several rows of one (cluster_ip, node, vmid) the one with the lowest id stands, with the latest verification. */
function dropTwins(drafts: readonly TemplateDraft[], notes: ImportNotes) {
  const byKey = new Map<string, TemplateDraft>();
  const twins = new Map<number, number>();
  const inOrder = drafts.toSorted((a, b) => (a.legacyId ?? Infinity) - (b.legacyId ?? Infinity) || 0);
  const distinct = inOrder.filter((draft) => {
    const key = findKey(draft);
    const first = key === undefined ? undefined : byKey.get(key);
    if (key !== undefined && !first) byKey.set(key, draft);
    if (!first) return true;
    if (draft.legacyId !== undefined && first.legacyId !== undefined)
      twins.set(draft.legacyId, first.legacyId);
    first.lastVerifiedAt = pickLatest(first.lastVerifiedAt, draft.lastVerifiedAt);
    const reason = `VMID ${draft.vmid} on ${draft.node} of ${draft.clusterIp} is there twice: row ${first.legacyId} stands`;
    notes.left.push({ table: 'templates', id: draft.legacyId, reason });
    return false;
  });
  return { distinct, twins };
}

function pickLatest(one: Date | null, other: Date | null): Date | null {
  return one && (!other || one >= other) ? one : other;
}

function giveId(draft: TemplateDraft, book: IdBook, notes: ImportNotes): number {
  if (book.keep(draft.legacyId)) return draft.legacyId;
  const id = book.next();
  const why = draft.legacyId === undefined ? 'it had none' : 'another row has its own';
  notes.mended.push({
    table: 'templates',
    id: draft.legacyId,
    reason: `"${draft.name}" got the new id ${id}: ${why}`,
  });
  return id;
}

function composeRow(draft: TemplateDraft, id: number): Prisma.TemplateCreateManyInput {
  const { legacyId: _legacyId, ...data } = draft;
  return { ...data, id };
}

/** What a row that a scan knows as an original, or of no cluster, learns from the file; undefined for nothing. */
function completeRow(row: StoredTemplate, draft: TemplateDraft): TemplateCompletion | undefined {
  const learnsLineage = !row.imported && !row.isReplica && row.sourceVmid === null && draft.isReplica;
  const learnsClass = !row.imported && !row.isClassTemplate && draft.isClassTemplate;
  const learnsCluster = row.clusterId === null && draft.clusterId !== null;
  if (!learnsLineage && !learnsClass && !learnsCluster) return undefined;
  return {
    ...(learnsLineage && { isReplica: true, sourceVmid: draft.sourceVmid, sourceNode: draft.sourceNode }),
    ...(learnsClass && { isClassTemplate: true, classId: draft.classId }),
    ...(learnsCluster && { clusterId: draft.clusterId }),
  };
}
