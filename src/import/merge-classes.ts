import type { Prisma } from '../../prisma/generated/sqlite/client.ts';
import type { ClassDraft } from './convert-classes.ts';
import type { MachineDraft } from './convert-machines.ts';
import { IdBook } from './id-book.ts';
import type { ImportNotes } from './report.ts';
import type { StoredContent } from './stored-content.ts';

export interface ClassMerge {
  readonly creates: Prisma.ClassCreateManyInput[];
  readonly unchanged: number;
  /** Old id → id in the store. */
  readonly ids: ReadonlyMap<number, number>;
  readonly highestId: number;
}

/** Gives each class its id: that of the same class of an earlier import, its old one, or a new one. */
export function mergeClasses(
  drafts: readonly ClassDraft[],
  context: { stored: StoredContent['classes']; claimed: readonly (number | null)[]; notes: ImportNotes },
): ClassMerge {
  const { stored, notes } = context;
  const oldIds = drafts.map((draft) => draft.legacyId);
  const book = new IdBook(
    stored.map((row) => row.id),
    [...oldIds, ...context.claimed],
  );
  const tokens = new Set(stored.map((row) => row.joinToken));
  const ids = new Map<number, number>();
  const creates: Prisma.ClassCreateManyInput[] = [];
  for (const draft of drafts) {
    const row = stored.find((candidate) => isSameClass(candidate, draft));
    const id = row?.id ?? (book.keep(draft.legacyId) ? draft.legacyId : book.next());
    if (draft.legacyId !== undefined) ids.set(draft.legacyId, id);
    if (row) continue;
    if (id !== draft.legacyId) {
      notes.mended.push({
        table: 'classes',
        id: draft.legacyId,
        reason: `class ${draft.name} got the new id ${id}`,
      });
    }
    creates.push(composeClass(draft, { id, tokens, notes }));
  }
  return { creates, unchanged: drafts.length - creates.length, ids, highestId: book.highest };
}

function isSameClass(row: StoredContent['classes'][number], draft: ClassDraft): boolean {
  const isSameTime = row.createdAt.getTime() === draft.createdAt.getTime();
  return row.imported && row.name === draft.name && (row.id === draft.legacyId || isSameTime);
}

function composeClass(
  draft: ClassDraft,
  { id, tokens, notes }: { id: number; tokens: Set<string | null>; notes: ImportNotes },
): Prisma.ClassCreateManyInput {
  const { legacyId, ...data } = draft;
  const isTaken = data.joinToken !== null && tokens.has(data.joinToken);
  if (isTaken) {
    const reason = 'another class has its join token: none was taken';
    notes.mended.push({ table: 'classes', id: legacyId, reason });
  }
  tokens.add(data.joinToken);
  return { ...data, id, joinToken: isTaken ? null : data.joinToken };
}

export interface MachineMerge {
  readonly creates: Prisma.ClassMachineCreateManyInput[];
  readonly unchanged: number;
}

/** Machines that their class does not have yet; `classIds` translates old ids of classes. */
export function mergeMachines(
  drafts: readonly MachineDraft[],
  stored: StoredContent['machines'],
  classIds: ReadonlyMap<number, number>,
): MachineMerge {
  const known = new Set(stored.map((row) => `${row.classId}/${row.vmid}`));
  const book = new IdBook(
    stored.map((row) => row.id),
    drafts.map((draft) => draft.legacyId),
  );
  const creates = drafts.flatMap(({ legacyId, ...data }) => {
    const classId = classIds.get(data.classId) ?? data.classId;
    if (known.has(`${classId}/${data.vmid}`)) return [];
    known.add(`${classId}/${data.vmid}`);
    return [{ ...data, classId, id: book.keep(legacyId) ? legacyId : book.next() }];
  });
  return { creates, unchanged: drafts.length - creates.length };
}
