import { z } from 'zod';
import type { HubApi } from './api/hub-api.ts';
import { userErrorsSchema } from './api/hub-api.ts';
import { explainHanging, hangingFields, hangingSchema, listHanging } from './class-hanging.ts';
import { formatBytes } from './progress/format.ts';
import { runFields, runSchema } from './runs.ts';
import type { Block } from './output.ts';
import { makeTable, toMoment, type Cell } from './output/table.ts';
import { count, showState } from './words.ts';

const machineFields = 'databaseId role number name vmid node state assignedTo baseVmid';
export const classFields = `databaseId name teacher state sourceVmid pool vmidFirst vmidLast createdAt
  cluster { clusterId } baseTemplates { vmid node name } machines { ${machineFields} } ${hangingFields}`;

/** A class as commands print it with `--json`. */
export const classSchema = hangingSchema.extend({
  databaseId: z.int(),
  name: z.string(),
  teacher: z.string().nullable(),
  state: z.string(),
  sourceVmid: z.int().nullable(),
  pool: z.string().nullable(),
  vmidFirst: z.int().nullable(),
  vmidLast: z.int().nullable(),
  createdAt: z.string(),
  cluster: z.object({ clusterId: z.string() }).nullable(),
  baseTemplates: z.array(z.object({ vmid: z.int(), node: z.string().nullable(), name: z.string() })),
  machines: z.array(
    z.object({
      databaseId: z.int(),
      role: z.string(),
      number: z.int().nullable(),
      name: z.string().nullable(),
      vmid: z.int().nullable(),
      node: z.string().nullable(),
      state: z.string(),
      assignedTo: z.string().nullable(),
      baseVmid: z.int().nullable(),
    }),
  ),
});

export type ClassShown = z.output<typeof classSchema>;

const guestSchema = z.object({
  role: z.string(),
  number: z.int().nullish(),
  name: z.string().nullable(),
  node: z.string(),
});
const planFields = `make { role number name node full transfer bytes } remove { role number name node vmid }
  keep { role name node vmid reason message } takeBack { name node vmid message } warnings`;

/** What a class operation would make, remove and keep. */
export const classPlanSchema = z.object({
  make: z.array(guestSchema.extend({ full: z.boolean(), transfer: z.string(), bytes: z.coerce.bigint() })),
  remove: z.array(guestSchema.extend({ vmid: z.int() })),
  keep: z.array(
    guestSchema.omit({ number: true }).extend({ vmid: z.int(), reason: z.string(), message: z.string() }),
  ),
  takeBack: z.array(z.object({ name: z.string(), node: z.string(), vmid: z.int(), message: z.string() })),
  warnings: z.array(z.string()),
});

export type ClassPlanShown = z.output<typeof classPlanSchema>;

/** The answer of a mutation that works on a class. */
export const classWorkFields = `class { ${classFields} } plan { ${planFields} } run { ${runFields} } userErrors { code message }`;
export const classWorkSchema = z.object({
  payload: z.object({
    class: classSchema.nullable(),
    plan: classPlanSchema.nullable(),
    run: runSchema.nullable(),
    userErrors: userErrorsSchema,
  }),
});

export type ClassWork = z.output<typeof classWorkSchema>['payload'];

/** All classes. */
export async function listClasses(api: HubApi): Promise<ClassShown[]> {
  const schema = z.object({ classes: z.array(classSchema) });
  return (await api.ask(`query { classes { ${classFields} } }`, {}, schema)).classes;
}

/** One class by its number, or null. */
export async function findClass(api: HubApi, databaseId: number): Promise<ClassShown | null> {
  const schema = z.object({ class: classSchema.nullable() });
  return (
    await api.ask(
      `query ($databaseId: Int) { class(databaseId: $databaseId) { ${classFields} } }`,
      { databaseId },
      schema,
    )
  ).class;
}

/** Classes for people: a table, and how many machines they have. */
export function describeClasses(classes: readonly ClassShown[]): Block[] {
  if (classes.length === 0) return ['There are no classes. Make one with: hub class create'];
  const machines = classes.reduce((sum, one) => sum + one.machines.length, 0);
  return [
    makeTable(
      ['class', 'name', 'teacher', 'cluster', 'source', 'state', 'machines', 'created'],
      classes.map(describeClass),
    ),
    `${count(classes.length, 'class', 'classes')}, ${count(machines, 'machine')}`,
  ];
}

function describeClass(one: ClassShown): Cell[] {
  return [
    one.databaseId,
    one.name,
    one.teacher,
    one.cluster?.clusterId,
    one.sourceVmid,
    showState(one.state),
    one.machines.length,
    toMoment(one.createdAt),
  ];
}

/** A class with its bases and machines. */
export function tellClass(one: ClassShown): Block[] {
  const bases = one.baseTemplates.map((base): Cell[] => ['base', null, base.name, base.vmid, base.node]);
  const machines = one.machines.map((machine): Cell[] => [
    machine.role.toLowerCase(),
    machine.number,
    machine.name,
    machine.vmid,
    machine.node,
    showState(machine.state),
    machine.assignedTo,
  ]);
  const rows = [...bases, ...machines, ...listHanging(one)];
  return [
    ...describeClasses([one]).slice(0, 1),
    ...(rows.length > 0
      ? ['', makeTable(['role', 'n', 'name', 'vmid', 'node', 'state', 'assigned to'], rows)]
      : []),
    `${count(one.machines.length, 'machine')}, ${count(bases.length, 'base')}`,
    ...explainHanging(one),
  ];
}

/** A plan for people. */
export function describeClassPlan(plan: ClassPlanShown): string[] {
  const make = plan.make.map((guest) => {
    const how = guest.full ? `full copy, ${formatBytes(guest.bytes)}` : 'linked clone';
    return `  make    ${guest.role.toLowerCase()} ${guest.name ?? ''} on ${guest.node} (${how})`;
  });
  const remove = plan.remove.map((guest) => `  remove  ${guest.vmid} ${guest.name ?? ''} on ${guest.node}`);
  const keep = plan.keep.map(
    ({ vmid, name, node, reason, message }) =>
      `  keep    ${vmid} ${name ?? ''} on ${node}: ${reason}: ${message}`,
  );
  const takeBack = plan.takeBack.map(
    ({ vmid, name, node, message }) => `  undo    ${vmid} ${name} on ${node}: ${message}`,
  );
  const lines = [
    ...make,
    ...remove,
    ...takeBack,
    ...keep,
    ...plan.warnings.map((warning) => `  warning: ${warning}`),
  ];
  return lines.length > 0 ? lines : ['  nothing is to be done'];
}
