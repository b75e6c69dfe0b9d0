import type { Prisma } from '../../prisma/generated/sqlite/client.ts';
import type { LegacyContent } from './convert.ts';
import type { ClusterDraft } from './convert-clusters.ts';
import { mergeClasses, mergeMachines } from './merge-classes.ts';
import { mergeTemplates, type TemplateCompletion } from './merge-templates.ts';
import type { ImportCounts, ImportNotes } from './report.ts';
import type { StoredContent } from './stored-content.ts';

/** Everything that an import writes. */
export interface ImportPlan {
  readonly clusters: readonly ClusterDraft[];
  readonly classes: readonly Prisma.ClassCreateManyInput[];
  readonly templates: readonly Prisma.TemplateCreateManyInput[];
  readonly completions: readonly { id: number; data: TemplateCompletion }[];
  readonly machines: readonly Prisma.ClassMachineCreateManyInput[];
  /** Ids below these are never to be given to new rows, so that a dangling reference stays dangling. */
  readonly highestIds: { readonly templates: number; readonly classes: number };
  readonly taken: ImportCounts;
  readonly completed: ImportCounts;
  readonly unchanged: ImportCounts;
}

/** Compares what the file holds with what the store holds. Pure; the second time nothing is left to write. */
export function mergeLegacy(content: LegacyContent, stored: StoredContent, notes: ImportNotes): ImportPlan {
  const clusters = content.clusters.clusters.filter(
    ({ id }) => !stored.clusters.some((row) => row.id === id),
  );
  const claimed = content.templates.map((template) => template.classId);
  const classes = mergeClasses(content.classes, { stored: stored.classes, claimed, notes });
  const templates = mergeTemplates(content.templates, stored.templates, notes);
  const machines = mergeMachines(content.machines, stored.machines, classes.ids);
  const translateClass = makeTranslator(classes.ids, stored.classes);
  const translateTemplate = makeTranslator(templates.ids, stored.templates);
  return {
    clusters,
    classes: classes.creates.map((row) => ({
      ...row,
      sourceTemplateId: translateTemplate(row.sourceTemplateId),
    })),
    templates: templates.creates.map((row) => ({
      ...row,
      classId: translateClass(row.classId),
      originalTemplateId: translateTemplate(row.originalTemplateId),
    })),
    completions: templates.updates,
    machines: machines.creates,
    highestIds: { templates: templates.highestId, classes: classes.highestId },
    taken: {
      clusters: clusters.length,
      templates: templates.creates.length,
      classes: classes.creates.length,
      machines: machines.creates.length,
    },
    completed: { clusters: 0, templates: templates.updates.length, classes: 0, machines: 0 },
    unchanged: {
      clusters: content.clusters.clusters.length - clusters.length,
      templates: templates.unchanged,
      classes: classes.unchanged,
      machines: machines.unchanged,
    },
  };
}

/** Translates old ids; one that leads nowhere stays, unless it would lead to a foreign row of the store. */
function makeTranslator(ids: ReadonlyMap<number, number>, stored: readonly { readonly id: number }[]) {
  const foreign = new Set(stored.map((row) => row.id));
  return (id: number | null | undefined): number | null => {
    if (id === null || id === undefined) return null;
    return ids.get(id) ?? (foreign.has(id) ? null : id);
  };
}
