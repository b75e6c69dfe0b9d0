/** So many machines or replicas may be removed by a request that does not say by name what it is about. */
export const mostUnconfirmed = 5;

export interface Removal {
  /** How many machines or replicas would go. */
  count: number;
  /** The name that a confirmation has to say. */
  name: string;
  /** What the caller said. */
  confirm: string | undefined;
}

/** Why a removal is not begun before it is confirmed, in words; undefined when it may begin. */
export function findUnconfirmed({ count, name, confirm }: Removal): string | undefined {
  if (confirm === name || (confirm === undefined && count <= mostUnconfirmed)) return undefined;
  if (confirm === undefined)
    return `This removes ${count} machines or replicas. Say so with confirm: "${name}", after a look at a dry run.`;
  return `Nothing was removed: confirm says "${confirm}", and what this is about is named "${name}".`;
}
