import type {
  ClassPlan,
  KeptGuest,
  PlannedGuest,
  PlannedRemoval,
  PlannedTakeBack,
} from '../classes/plan/class-plan.ts';
import { builder } from './builder.ts';

const ClassGuestRole = builder.enumType('ClassGuestRole', {
  description: 'What a guest is to a class.',
  values: {
    TEACHER: { description: "The teacher's machine." },
    BASE: { description: "A base template that students' machines are linked clones of." },
    STUDENT: { description: "A student's machine." },
  } as const,
});

const ClassTransfer = builder.enumType('ClassTransfer', {
  description: 'How a guest comes to its node.',
  values: {
    SAME_NODE: { description: 'It is cloned on its node.' },
    TARGET: { description: 'The clone is handed to its node: every storage is shared.' },
    MIGRATE: { description: 'It is cloned on another node and moved.' },
  } as const,
});

const ClassKeepReason = builder.enumType('ClassKeepReason', {
  description: 'Why a guest of a class stays.',
  values: {
    NOT_MADE_HERE: { description: 'Template Hub did not make it.' },
    NOT_OURS_ANY_MORE: { description: 'It no longer carries the marker of the class.' },
    STILL_IN_USE: { description: 'Guests that stay hang on it.' },
    ALREADY_GONE: { description: 'It is gone already.' },
    NODE_OFFLINE: { description: 'Its node does not answer.' },
    PROTECTED: { description: 'Somebody has protected it against removal.' },
    HA_MANAGED: { description: 'HA manages it.' },
    REPLICATION_JOB: { description: 'A job of Proxmox replicates its disks.' },
    HAS_LINKED_CLONES: { description: 'Linked clones hang on it.' },
    RUNNING: { description: 'It runs.' },
    FORBIDDEN: { description: 'The account lacks a right that its removal needs.' },
    LOCKED: { description: 'It is locked.' },
  } as const,
});

const PlannedClassGuest = builder.objectRef<PlannedGuest>('PlannedClassGuest').implement({
  description: 'A guest that is made for a class.',
  fields: (t) => ({
    role: t.expose('role', { type: ClassGuestRole, description: 'What it is to the class.' }),
    number: t.exposeInt('number', { nullable: true, description: 'Number of a student, from 1.' }),
    name: t.exposeString('name', { description: 'Name in Proxmox.' }),
    node: t.exposeString('node', { description: 'The node it will be on.' }),
    full: t.exposeBoolean('full', { description: 'A full copy; false is a linked clone.' }),
    transfer: t.expose('transfer', { type: ClassTransfer, description: 'How it comes to its node.' }),
    bytes: t.field({
      type: 'BigInt',
      description: 'Bytes to be copied; 0 for linked clones.',
      resolve: ({ bytes }) => BigInt(bytes),
    }),
  }),
});

const PlannedClassRemoval = builder.objectRef<PlannedRemoval>('PlannedClassRemoval').implement({
  description: 'A guest of a class that is removed.',
  fields: (t) => ({
    role: t.expose('role', { type: ClassGuestRole, description: 'What it is to the class.' }),
    number: t.exposeInt('number', { nullable: true, description: 'Number of a student, from 1.' }),
    vmid: t.exposeInt('vmid', { description: 'Its VMID.' }),
    name: t.exposeString('name', { description: 'Name in Proxmox.' }),
    node: t.exposeString('node', { description: 'The node it is on.' }),
  }),
});

const KeptClassGuest = builder.objectRef<KeptGuest>('KeptClassGuest').implement({
  description: 'A guest of a class that stays when the class is deleted.',
  fields: (t) => ({
    role: t.expose('role', { type: ClassGuestRole, description: 'What it is to the class.' }),
    vmid: t.exposeInt('vmid', { description: 'Its VMID.' }),
    name: t.exposeString('name', { nullable: true, description: 'Name in Proxmox.' }),
    node: t.exposeString('node', { nullable: true, description: 'The node it is on.' }),
    reason: t.expose('reason', { type: ClassKeepReason, description: 'Why, as a word for programs.' }),
    message: t.exposeString('message', { description: 'Why, in words.' }),
  }),
});

export const ClassTakeBackRef = builder.objectRef<PlannedTakeBack>('ClassTakeBack').implement({
  description: 'A half-made guest of an earlier run of a class that is taken back.',
  fields: (t) => ({
    vmid: t.exposeInt('vmid', { description: 'Its VMID.' }),
    name: t.exposeString('name', { description: 'Name that it was to have.' }),
    node: t.exposeString('node', { description: 'The node it was to be on.' }),
    message: t.exposeString('message', {
      description: 'Why it was left, and what an administrator may have to do.',
    }),
  }),
});

export const ClassPlanRef = builder.objectRef<ClassPlan>('ClassPlan').implement({
  description: 'What is done, or in a dry run would be done, about a class.',
  fields: (t) => ({
    make: t.field({
      type: [PlannedClassGuest],
      description: 'Guests to be made, in the order in which they begin.',
      resolve: ({ make }) => make,
    }),
    remove: t.field({
      type: [PlannedClassRemoval],
      description: 'Guests to be removed, children before bases.',
      resolve: ({ remove }) => remove,
    }),
    keep: t.field({
      type: [KeptClassGuest],
      description: 'Guests that stay, and why.',
      resolve: ({ keep }) => keep,
    }),
    takeBack: t.field({
      type: [ClassTakeBackRef],
      description: 'What earlier runs left half made; it is taken back while the rest is done.',
      resolve: ({ takeBack }) => takeBack,
    }),
    warnings: t.stringList({
      description: 'What deserves a look, in words.',
      resolve: ({ warnings }) => warnings,
    }),
  }),
});
