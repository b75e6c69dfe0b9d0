import type { ImportCounts, ImportNote, ImportReport, ReplicaCandidate } from '../../import/report.ts';

/** Rows of one kind of note that are shown before the rest is only counted. */
const shownNotes = 20;

/** An import's report for people, line by line. */
export function describeImport(report: ImportReport): string[] {
  const verb = report.dryRun ? 'Would take' : 'Took';
  return [
    `${verb} from ${report.file}: ${listCounts(report.taken)}`,
    ...describeCounts('Completed in the store', report.completed),
    ...describeCounts('There already', report.unchanged),
    ...describeNotes('Mended', report.mended),
    ...describeNotes('Left', report.left),
    ...describeCandidates(report.candidates),
    ...(report.dryRun ? ['Nothing was written (--dry-run).'] : []),
  ];
}

function listCounts(counts: ImportCounts): string {
  return Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}

function describeCounts(title: string, counts: ImportCounts): string[] {
  const isEmpty = Object.values(counts).every((count) => count === 0);
  return isEmpty ? [] : [`${title}: ${listCounts(counts)}`];
}

function describeNotes(title: string, notes: readonly ImportNote[]): string[] {
  if (notes.length === 0) return [];
  const lines = notes.map(
    (note) => `  ${note.table}${note.id === undefined ? '' : ` ${note.id}`}: ${note.reason}`,
  );
  const rest = lines.length - shownNotes;
  return [
    `${title}:`,
    ...lines.slice(0, shownNotes),
    ...(rest > 0 ? [`  … and ${rest} more (--json has all)`] : []),
  ];
}

function describeCandidates(candidates: readonly ReplicaCandidate[]): string[] {
  if (candidates.length === 0) return [];
  return [
    'Copies made by the old naming, to be adopted or removed (they are never cloned again):',
    ...candidates.map(
      (one) =>
        `  ${one.vmid} on ${one.node ?? 'unknown'} of ${one.clusterIp ?? 'unknown'}: ${one.chain.join(' ← ')}`,
    ),
  ];
}
