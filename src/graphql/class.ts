import { builder } from './builder.ts';
import { ClassState, MachineRole, MachineState } from './enums.ts';

export const ClassRef = builder.prismaNode('Class', {
  description: "A teacher's class: its base templates, and the machines of its teacher and students.",
  id: { field: 'id', description: 'Global id, for `node`.' },
  select: {},
  findUnique: (id) => ({ id: Number(id) }),
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
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
    cluster: t.relation('cluster', { nullable: true, description: 'Where its machines are.' }),
    baseTemplates: t.relation('templates', {
      query: { where: { isClassTemplate: true }, orderBy: { id: 'asc' } },
      description: 'Its base template and the replicas of it, by database id.',
    }),
    machines: t.relation('machines', {
      query: { orderBy: { id: 'asc' } },
      description: "Its machines: the teacher's and the students'.",
    }),
  }),
});

export const ClassMachineRef = builder.prismaNode('ClassMachine', {
  description: "A machine of a class: the teacher's, or one student's.",
  id: { field: 'id', description: 'Global id, for `node`.' },
  select: {},
  findUnique: (id) => ({ id: Number(id) }),
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

builder.queryFields((t) => ({
  class: t.prismaField({
    type: 'Class',
    nullable: true,
    args: { databaseId: t.arg.int({ required: true, description: 'Number of the class.' }) },
    description: 'One class; null when there is none with that number.',
    resolve: (query, _parent, { databaseId }, { prisma }) =>
      prisma.class.findUnique({ ...query, where: { id: databaseId } }),
  }),
  classes: t.prismaField({
    type: ['Class'],
    description: 'The classes by name.',
    resolve: (query, _parent, _args, { prisma }) =>
      prisma.class.findMany({ ...query, orderBy: [{ name: 'asc' }, { id: 'asc' }] }),
  }),
}));
