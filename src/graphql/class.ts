import type { Class, Prisma } from '../../prisma/generated/sqlite/client.ts';
import { findLeftovers } from '../classes/facts/find-leftovers.ts';
import { sql } from '../store/sql/sql.ts';
import { alsoReads } from './also-reads.ts';
import { builder } from './builder.ts';
import { ClassTakeBackRef } from './class-plan.ts';
import { computed } from './fields/computed.ts';
import { describeField } from './fields/field-read.ts';
import { oneByNumber } from './fields/one-by-number.ts';
import { belongsTo, related } from './fields/related.ts';
import { resolveList, resolveOne } from './fields/resolve-rows.ts';
import { describeRoot, type RowsRead } from './fields/root-read.ts';
import { splitList } from './split-list.ts';
import { ClassState, MachineRole, MachineState } from './enums.ts';
import { readRowId } from './row-id.ts';
import { numberKeys } from './rows/load-rows.ts';

/** Finds the teacher's machine among those of a class. */
const teacherMachine = { where: { role: 'TEACHER' }, orderBy: { id: 'asc' }, take: 1 } as const;

/** The order of students' machines. */
const byNumber: Prisma.ClassMachineOrderByWithRelationInput[] = [{ number: 'asc' }, { id: 'asc' }];

/** How many runs of a class are shown. */
const runsShown = 20;

export const ClassMachineRef = builder.prismaNode('ClassMachine', {
  nullable: true,
  description: "A machine of a class: the teacher's, or one student's.",
  id: { field: 'id', description: 'Global id, for `node`.' },
  select: {},
  findUnique: (id) => ({ id: readRowId(id) }),
  fields: (t) => ({
    databaseId: t.exposeInt('id', { description: 'Number of the row.' }),
    role: t.expose('role', { type: MachineRole, description: 'Whose machine it is.' }),
    state: t.expose('state', { type: MachineState, description: 'What is known of it.' }),
    number: t.exposeInt('number', {
      nullable: true,
      description: "Number of a student's machine in the class, from 1.",
    }),
    vmid: t.exposeInt('vmid', { nullable: true, description: 'Its VMID; null while it is only planned.' }),
    node: t.exposeString('node', { nullable: true, description: 'Name of the node it is on.' }),
    name: t.exposeString('name', { nullable: true, description: 'Name in Proxmox.' }),
    assignedTo: t.exposeString('assignedTo', { nullable: true, description: 'Who works on it.' }),
    baseVmid: t.exposeInt('baseVmid', {
      nullable: true,
      description: 'VMID of the base it is a linked clone of.',
    }),
  }),
});

export const ClassRef = builder.prismaNode('Class', {
  nullable: true,
  description: "A teacher's class: its base templates, and the machines of its teacher and students.",
  id: { field: 'id', description: 'Global id, for `node`.' },
  select: {},
  findUnique: (id) => ({ id: readRowId(id) }),
  fields: (t) => ({
    databaseId: t.exposeInt('id', { description: 'Number of the class; what REST calls `class_id`.' }),
    name: t.exposeString('name', { description: 'Name of the class.' }),
    teacher: t.exposeString('teacher', { nullable: true, description: 'Who teaches it.' }),
    description: t.exposeString('description', { nullable: true, description: 'What it is about.' }),
    state: t.expose('state', { type: ClassState, description: 'How far it is.' }),
    sourceVmid: t.exposeInt('sourceVmid', {
      nullable: true,
      description: 'VMID of the original it is made from.',
    }),
    pool: t.exposeString('pool', { nullable: true, description: 'Pool of its machines in Proxmox.' }),
    nodes: t.stringList({
      description: 'Nodes that hold students; empty for all.',
      ...computed<Pick<Class, 'nodes'>, string[]>({ nodes: true }, ({ nodes }) => splitList(nodes)),
    }),
    vmidFirst: t.exposeInt('vmidFirst', { nullable: true, description: 'First VMID of its range.' }),
    vmidLast: t.exposeInt('vmidLast', { nullable: true, description: 'Last VMID of its range.' }),
    namePattern: t.exposeString('namePattern', {
      description: "Pattern of the names of students' machines.",
    }),
    tags: t.stringList({
      description: 'Tags of its machines in Proxmox.',
      ...computed<Pick<Class, 'tags'>, string[]>({ tags: true }, ({ tags }) => splitList(tags)),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
    cluster: t.relation('cluster', {
      ...belongsTo('cluster'),
      nullable: true,
      description: 'Where its machines are.',
    }),
    baseTemplates: t.relation('templates', {
      ...related('templates', { where: { isClassTemplate: true }, orderBy: { id: 'asc' } }),
      description: 'Its base template and the replicas of it, by database id.',
    }),
    machines: t.relation('machines', {
      ...related('machines', { orderBy: { id: 'asc' } }),
      description: "Its machines: the teacher's and the students'.",
    }),
    students: t.relation('machines', {
      ...related('machines', { where: { role: 'STUDENT' }, orderBy: byNumber }),
      description: "The students' machines by number.",
    }),
    teacherMachine: t.field({
      type: ClassMachineRef,
      nullable: true,
      select: (_args, _context, nested) => ({ machines: nested(teacherMachine) }),
      extensions: describeField({ kind: 'relation', relation: 'machines', query: teacherMachine }),
      description: "The teacher's machine; null while there is none.",
      resolve: ({ machines }) => machines[0] ?? null,
    }),
    leaving: t.relation('looseGuests', {
      ...related('looseGuests', { where: { state: 'LEAVING' }, orderBy: { vmid: 'asc' } }),
      description:
        'What was made for it, is to go and is still there, and why. It goes without being asked again.',
    }),
    halfMade: t.field({
      type: [ClassTakeBackRef],
      extensions: alsoReads('ReplicationRun', 'ReplicationStep'),
      select: { id: true },
      description: 'What its runs left half made; it is taken back by the next run.',
      resolve: ({ id }, _args, { prisma }) => findLeftovers(prisma, id),
    }),
    runs: t.relation('runs', {
      ...related('runs', { orderBy: { id: 'desc' }, take: runsShown }),
      description: `Its last ${runsShown} runs, the newest first.`,
    }),
  }),
});

const classByNumber = oneByNumber('Class', 'class');

/** The classes by name. */
const classesByName: RowsRead<object, object> = {
  kind: 'list',
  list: {
    model: 'Class',
    orders: [
      { column: 'name', direction: 'asc' },
      { column: 'id', direction: 'asc' },
    ],
    where: () => sql`TRUE`,
  },
  read: () => ({}),
};

builder.queryFields((t) => ({
  class: t.prismaField({
    type: 'Class',
    nullable: true,
    args: {
      id: t.arg.id({ description: 'Global id of the class, or its number.' }),
      databaseId: t.arg.int({ description: 'Number of the class, when there is no id.' }),
    },
    extensions: describeRoot(classByNumber),
    description: 'One class, by its id or its number; null when there is none.',
    resolve: (query, _parent, args, { prisma, store }) =>
      resolveOne(classByNumber, { args, store, keys: numberKeys }, (rows) =>
        prisma.class.findMany({ ...query, ...rows }),
      ),
  }),
  classes: t.prismaField({
    type: ['Class'],
    extensions: describeRoot(classesByName),
    description: 'The classes by name.',
    resolve: (query, _parent, args, { prisma, store }) =>
      resolveList(classesByName, { args, store, keys: numberKeys }, (rows) =>
        prisma.class.findMany({ ...query, ...rows }),
      ),
  }),
}));
