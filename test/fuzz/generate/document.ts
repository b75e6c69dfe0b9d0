import {
  GraphQLEnumType,
  GraphQLInputObjectType,
  GraphQLList,
  GraphQLNonNull,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  isRequiredArgument,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import type { Choice } from './choice.ts';
import { makeInputValue, type InputValue } from './input-value.ts';

/** An operation and its variables. */
export interface GeneratedOperation {
  readonly query: string;
  readonly variables: Record<string, InputValue>;
}

/** What operations are made of. */
export interface OperationOptions {
  readonly schema: GraphQLSchema;
  readonly kind: 'query' | 'mutation' | 'subscription';
  /** Levels of fields at most. */
  readonly depth: number;
  /** Probability that a field gets an alias. */
  readonly aliases?: number;
  /** Probability, at each level of an argument, that the value does not fit. */
  readonly wrongness?: number;
}

interface Writing extends OperationOptions {
  readonly choice: Choice;
  readonly variables: Map<string, { readonly type: string; readonly value: InputValue }>;
}

/** Writes an operation along the schema: valid as long as its arguments are. */
export function writeOperation(options: OperationOptions, choice: Choice): GeneratedOperation {
  const writing: Writing = { ...options, choice, variables: new Map() };
  const roots = {
    query: options.schema.getQueryType(),
    mutation: options.schema.getMutationType(),
    subscription: options.schema.getSubscriptionType(),
  }[options.kind];
  if (!roots) throw new TypeError(`the schema has no ${options.kind}`);
  const count = options.kind === 'query' ? choice.between(1, 3) : 1;
  const fields = Array.from({ length: count }, () => choice.pick(Object.values(roots.getFields())));
  const selection = fields
    .map((field, index) => writeField(field, options.depth, writing, `f${index}`))
    .join(' ');
  const declared = [...writing.variables].map(([name, { type }]) => `$${name}: ${type}`);
  const header = `${options.kind}${declared.length > 0 ? ` Fuzz(${declared.join(', ')})` : ''}`;
  const values = [...writing.variables].map(([name, { value }]) => [name, value]);
  return { query: `${header} { ${selection} }`, variables: Object.fromEntries(values) };
}

function writeField(
  field: GraphQLField<unknown, unknown>,
  depth: number,
  writing: Writing,
  alias?: string,
): string {
  const { choice, aliases = 0 } = writing;
  const type = getNamedType(field.type);
  const given = field.args.filter((argument) => isRequiredArgument(argument) || choice.chance(0.25));
  const written = given.map((argument) => writeArgument(argument, writing));
  const own = alias ?? (choice.chance(aliases) ? `a${choice.below(1e6)}` : undefined);
  const name = own === undefined ? field.name : `${own}: ${field.name}`;
  const call = written.length > 0 ? `${name}(${written.join(', ')})` : name;
  return isCompositeType(type) ? `${call} { ${writeSelection(type, depth - 1, writing)} }` : call;
}

function writeSelection(type: GraphQLNamedType, depth: number, writing: Writing): string {
  const { choice, schema } = writing;
  if (isAbstractType(type)) {
    const inner = choice.pick(schema.getPossibleTypes(type));
    return `__typename ... on ${inner.name} { ${writeSelection(inner, depth - 1, writing)} }`;
  }
  if (!isObjectType(type)) return '__typename';
  const fields = Object.values(type.getFields());
  const fitting = fields.filter((field) => depth > 0 || !isCompositeType(getNamedType(field.type)));
  const chosen = choice.some(fitting, Math.min(0.5, 4 / fitting.length));
  return ['__typename', ...chosen.map((field) => writeField(field, depth, writing))].join(' ');
}

function writeArgument({ name, type }: GraphQLArgument, writing: Writing): string {
  const { choice, variables, wrongness } = writing;
  const value = makeInputValue(type, choice, wrongness);
  if (choice.chance(0.6)) return `${name}: ${printInput(value, type)}`;
  const variable = `v${variables.size}`;
  variables.set(variable, { type: String(type), value });
  return `${name}: $${variable}`;
}

/** Writes a value as a document has it: names of enums without quotes. */
function printInput(value: InputValue, type: GraphQLInputType | undefined): string {
  if (type instanceof GraphQLNonNull) return printInput(value, type.ofType);
  if (Array.isArray(value)) {
    const inner = type instanceof GraphQLList ? type.ofType : undefined;
    return `[${value.map((item) => printInput(item, inner)).join(', ')}]`;
  }
  if (value !== null && typeof value === 'object') {
    const fields = type instanceof GraphQLInputObjectType ? type.getFields() : {};
    const entries = Object.entries(value).map(
      ([name, item]) =>
        `${name}: ${printInput(item, Object.hasOwn(fields, name) ? fields[name]?.type : undefined)}`,
    );
    return `{${entries.join(', ')}}`;
  }
  if (type instanceof GraphQLEnumType && typeof value === 'string') return value;
  return JSON.stringify(value);
}
