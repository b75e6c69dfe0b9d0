/** When a copy was made; a row of the `Template` model fits. */
export interface CopyTimes {
  /** When its copying began; null where nobody knows. */
  copiedAt: Date | null;
  createdAt: Date;
}

/**
 * Whether the original was seen to be no template after the copy was made. Whatever was done to its disks meanwhile
 * shows nowhere: the copy counts as outdated.
 */
export function isReopenedSince(
  source: { reopenedAt: Date | null } | undefined,
  copy: CopyTimes | undefined,
): boolean {
  if (!source?.reopenedAt || copy === undefined) return false;
  return (copy.copiedAt ?? copy.createdAt) < source.reopenedAt;
}
