import { builder } from '../builder.ts';
import * as enums from '../enums.ts';

const words = {
  eq: 'Equal to this.',
  ne: 'Not equal to this; a row without a value counts as not equal.',
  in: 'One of these (at most 1000).',
  notIn: 'None of these (at most 1000); a row without a value counts as none of them.',
  gt: 'Greater than this.',
  gte: 'Greater than this, or equal.',
  lt: 'Less than this.',
  lte: 'Less than this, or equal.',
  isNull: 'True: only rows without a value. False: only rows with one.',
};

export const StringFilter = builder.inputType('StringFilter', {
  description: 'What a text has to be. All given words must hold.',
  fields: (t) => ({
    eq: t.string({ description: `${words.eq} Upper and lower case differ.` }),
    ne: t.string({ description: words.ne }),
    in: t.stringList({ description: words.in }),
    notIn: t.stringList({ description: words.notIn }),
    contains: t.string({ description: 'Contains this, in upper or lower case.' }),
    startsWith: t.string({ description: 'Begins with this, in upper or lower case.' }),
    isNull: t.boolean({ description: words.isNull }),
  }),
});

export const IntFilter = builder.inputType('IntFilter', {
  description: 'What a number has to be. All given words must hold.',
  fields: (t) => ({
    eq: t.int({ description: words.eq }),
    ne: t.int({ description: words.ne }),
    in: t.intList({ description: words.in }),
    notIn: t.intList({ description: words.notIn }),
    gt: t.int({ description: words.gt }),
    gte: t.int({ description: words.gte }),
    lt: t.int({ description: words.lt }),
    lte: t.int({ description: words.lte }),
    isNull: t.boolean({ description: words.isNull }),
  }),
});

export const BigIntFilter = builder.inputType('BigIntFilter', {
  description: 'What a number of bytes has to be. All given words must hold.',
  fields: (t) => ({
    eq: t.field({ type: 'BigInt', description: words.eq }),
    ne: t.field({ type: 'BigInt', description: words.ne }),
    gt: t.field({ type: 'BigInt', description: words.gt }),
    gte: t.field({ type: 'BigInt', description: words.gte }),
    lt: t.field({ type: 'BigInt', description: words.lt }),
    lte: t.field({ type: 'BigInt', description: words.lte }),
    isNull: t.boolean({ description: words.isNull }),
  }),
});

export const DateTimeFilter = builder.inputType('DateTimeFilter', {
  description: 'What a time has to be. All given words must hold.',
  fields: (t) => ({
    eq: t.field({ type: 'DateTime', description: words.eq }),
    ne: t.field({ type: 'DateTime', description: words.ne }),
    gt: t.field({ type: 'DateTime', description: 'Later than this.' }),
    gte: t.field({ type: 'DateTime', description: 'Later than this, or the same.' }),
    lt: t.field({ type: 'DateTime', description: 'Earlier than this.' }),
    lte: t.field({ type: 'DateTime', description: 'Earlier than this, or the same.' }),
    isNull: t.boolean({ description: words.isNull }),
  }),
});

export const BooleanFilter = builder.inputType('BooleanFilter', {
  description: 'What a yes or no has to be. All given words must hold.',
  fields: (t) => ({
    eq: t.boolean({ description: words.eq }),
    ne: t.boolean({ description: words.ne }),
    isNull: t.boolean({ description: words.isNull }),
  }),
});

export const TemplateStateFilter = builder.inputType('TemplateStateFilter', {
  description: 'What the state of a template has to be. All given words must hold.',
  fields: (t) => ({
    eq: t.field({ type: enums.TemplateState, description: words.eq }),
    ne: t.field({ type: enums.TemplateState, description: words.ne }),
    in: t.field({ type: [enums.TemplateState], description: words.in }),
    notIn: t.field({ type: [enums.TemplateState], description: words.notIn }),
  }),
});

export const GuestKindFilter = builder.inputType('GuestKindFilter', {
  description: 'What kind of guest it has to be. All given words must hold.',
  fields: (t) => ({
    eq: t.field({ type: enums.GuestKind, description: words.eq }),
    ne: t.field({ type: enums.GuestKind, description: words.ne }),
    in: t.field({ type: [enums.GuestKind], description: words.in }),
    notIn: t.field({ type: [enums.GuestKind], description: words.notIn }),
  }),
});

export const NodeStateFilter = builder.inputType('NodeStateFilter', {
  description: 'What the state of a node has to be. All given words must hold.',
  fields: (t) => ({
    eq: t.field({ type: enums.NodeState, description: words.eq }),
    ne: t.field({ type: enums.NodeState, description: words.ne }),
    in: t.field({ type: [enums.NodeState], description: words.in }),
    notIn: t.field({ type: [enums.NodeState], description: words.notIn }),
  }),
});

export const ClassStateFilter = builder.inputType('ClassStateFilter', {
  description: 'What the state of a class has to be. All given words must hold.',
  fields: (t) => ({
    eq: t.field({ type: enums.ClassState, description: words.eq }),
    ne: t.field({ type: enums.ClassState, description: words.ne }),
    in: t.field({ type: [enums.ClassState], description: words.in }),
    notIn: t.field({ type: [enums.ClassState], description: words.notIn }),
  }),
});
