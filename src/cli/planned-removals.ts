import { z } from 'zod';

/** What a plan says of replicas that are to go. */
export const removalFields = `remove { vmid name node sourceVmid why } keep { vmid name node sourceVmid why reasonCode reason }`;

const removalSchema = z.object({
  vmid: z.int(),
  name: z.string(),
  node: z.string(),
  sourceVmid: z.int(),
  why: z.string(),
});
const keptSchema = removalSchema.extend({ reasonCode: z.string(), reason: z.string() });

export const removalsSchema = z.object({ remove: z.array(removalSchema), keep: z.array(keptSchema) });

type Removals = z.output<typeof removalsSchema>;

/** What goes and what stays, line by line. */
export function describeRemovals({ remove, keep }: Removals): string[] {
  return [
    ...remove.map(
      ({ vmid, name, node, why }) => `  remove  ${vmid} ${name} on ${node} (${causes[why] ?? why})`,
    ),
    ...keep.map(
      ({ vmid, name, node, reasonCode, reason }) =>
        `  keep    ${vmid} ${name} on ${node}: ${reasonCode}: ${reason}`,
    ),
  ];
}

const causes: Readonly<Record<string, string>> = {
  REPLACED: 'a newer one takes its place',
  ORPHANED: 'its original is gone',
  REQUESTED: 'asked for',
};
