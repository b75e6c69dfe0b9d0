import type { TemplateDraft } from './convert-templates.ts';
import type { StoredTemplate } from './stored-content.ts';

type Placed = Pick<TemplateDraft, 'clusterIp' | 'node' | 'vmid'>;

/** The unique key of a template, or undefined where NULLs keep it from having one. */
export function findKey(template: Placed): string | undefined {
  if (template.clusterIp === null || template.node === null) return undefined;
  return JSON.stringify([template.clusterIp, template.node, template.vmid]);
}

/**
 * Makes a function that finds the store's row for a draft: by the unique key; for rows without one by everything they
 * have; and by the old id where the guest has moved since. Each row is found once.
 */
export function makeTemplateMatcher(stored: readonly StoredTemplate[]) {
  const byId = new Map(stored.map((row) => [row.id, row]));
  const byKey = new Map(stored.map((row) => [findKey(row), row]));
  const keyless = stored.filter((row) => findKey(row) === undefined);
  const found = new Set<number>();

  return function match(draft: TemplateDraft): StoredTemplate | undefined {
    const key = findKey(draft);
    const row = key === undefined ? findKeyless(draft) : (byKey.get(key) ?? findMoved(draft));
    if (!row || found.has(row.id)) return undefined;
    found.add(row.id);
    return row;
  };

  function findKeyless(draft: TemplateDraft): StoredTemplate | undefined {
    const isSame = (row: StoredTemplate) => row.vmid === draft.vmid && row.name === draft.name;
    const isThere = (row: StoredTemplate) => row.clusterIp === draft.clusterIp && row.node === draft.node;
    const alike = keyless.filter((row) => !found.has(row.id) && isSame(row) && isThere(row));
    return alike.find((row) => row.id === draft.legacyId) ?? alike[0] ?? findMoved(draft);
  }

  function findMoved(draft: TemplateDraft): StoredTemplate | undefined {
    const row = byId.get(draft.legacyId ?? 0);
    return row?.imported && row.vmid === draft.vmid && row.clusterIp === draft.clusterIp ? row : undefined;
  }
}
