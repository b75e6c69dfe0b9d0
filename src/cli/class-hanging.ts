import { z } from 'zod';
import { paint, type Line } from './output/line.ts';
import type { Cell } from './output/table.ts';

/** What a class was to be rid of and is not: fields of the API's `Class`. */
export const hangingFields = `leaving { role number name vmid node reasonCode reason since }
  halfMade { vmid name node message }`;

const leavingSchema = z.object({
  role: z.string(),
  number: z.int().nullable(),
  name: z.string(),
  vmid: z.int(),
  node: z.string(),
  reasonCode: z.string().nullable(),
  reason: z.string().nullable(),
  since: z.string(),
});
const halfMadeSchema = z.object({ vmid: z.int(), name: z.string(), node: z.string(), message: z.string() });

export const hangingSchema = z.object({ leaving: z.array(leavingSchema), halfMade: z.array(halfMadeSchema) });

type Hanging = z.output<typeof hangingSchema>;

/** As rows of the table of a class's guests. */
export function listHanging({ leaving, halfMade }: Hanging): Cell[][] {
  return [
    ...leaving.map(({ role, number, name, vmid, node }): Cell[] => [
      role.toLowerCase(),
      number,
      name,
      vmid,
      node,
      'leaving',
    ]),
    ...halfMade.map(({ name, vmid, node }): Cell[] => [null, null, name, vmid, node, 'half made']),
  ];
}

/** Why each of them is still there. */
export function explainHanging({ leaving, halfMade }: Hanging): Line[] {
  return [
    ...leaving.map(({ vmid, reasonCode, reason }) =>
      warn(reason === null ? `${vmid} is to go` : `${vmid} is to go: ${reasonCode ?? ''}: ${reason}`),
    ),
    ...halfMade.map(({ vmid, message }) => warn(`${vmid} is half made: ${message}`)),
  ];
}

function warn(words: string): Line {
  return [paint('yellow', '!'), ` ${words}`];
}
