import {
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';

/** Where a document comes from: each call decides once. */
export interface Dice {
  below(limit: number): number;
  chance(probability: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
}

/** Values that arguments are likely to be given, by their names (`templates.after`, or `after`), or by their types. */
export type Supply = Readonly<Record<string, readonly unknown[]>>;

/** A document and its variables. */
export interface WrittenDocument {
  readonly source: string;
  readonly variables: Record<string, unknown>;
}

/** Writes a query along a schema: any of its fields, with fragments, directives, variables and aliases anywhere. */
export function writeDocument(schema: GraphQLSchema, supply: Supply, dice: Dice): WrittenDocument {
  const writer = new Writer(schema, supply, dice);
  const query = schema.getQueryType();
  if (!query) throw new TypeError('the schema has no queries');
  const selection = writer.writeSelections(query, 4);
  const declared = writer.declarations.length > 0 ? `(${writer.declarations.join(', ')})` : '';
  return {
    source: [`query Any${declared} { ${selection} }`, ...writer.fragments].join('\n'),
    variables: writer.variables,
  };
}

class Writer {
  readonly declarations: string[] = [];
  readonly fragments: string[] = [];
  readonly variables: Record<string, unknown> = {};
  readonly #schema: GraphQLSchema;
  readonly #supply: Supply;
  readonly #dice: Dice;
  #names = 0;

  constructor(schema: GraphQLSchema, supply: Supply, dice: Dice) {
    this.#schema = schema;
    this.#supply = supply;
    this.#dice = dice;
  }

  /** Some selections of a type, at least one of which always holds. */
  writeSelections(type: GraphQLNamedType, depth: number): string {
    const dice = this.#dice;
    const count = type === this.#schema.getQueryType() ? 1 + dice.below(2) : 1 + dice.below(4);
    const selections = Array.from({ length: count }, () => this.#writeSelection(type, depth));
    return (
      [dice.chance(0.3) ? '__typename' : '', ...selections, '__typename']
        .slice(0, dice.chance(0.5) ? undefined : -1)
        .join(' ')
        .trim() || '__typename'
    );
  }

  #writeSelection(type: GraphQLNamedType, depth: number): string {
    const dice = this.#dice;
    if (depth > 0 && dice.chance(0.12))
      return `...${this.#writeCondition(type)}${this.#writeDirective()} { ${this.writeSelections(type, depth - 1)} }`;
    if (depth > 0 && dice.chance(0.12))
      return `...${this.#writeFragment(type, depth - 1)}${this.#writeDirective()}`;
    if (!isObjectType(type)) return this.#writeAbstract(type, depth);
    if (type.getInterfaces().length > 0 && dice.chance(0.1)) return '... on Node { __typename id }';
    const fields = Object.values(type.getFields()).filter(
      (field) => depth > 0 || !isCompositeType(getNamedType(field.type)),
    );
    return fields.length === 0 ? '__typename' : this.#writeField(dice.pick(fields), depth);
  }

  #writeAbstract(type: GraphQLNamedType, depth: number): string {
    const dice = this.#dice;
    const possible = this.#schema.getPossibleTypes(Object(type));
    if (depth <= 0 || dice.chance(0.3)) return 'id';
    const inner = dice.pick(possible);
    return `... on ${inner.name}${this.#writeDirective()} { ${this.writeSelections(inner, depth - 1)} }`;
  }

  #writeCondition(type: GraphQLNamedType): string {
    return this.#dice.chance(0.3) ? '' : ` on ${type.name}`;
  }

  #writeFragment(type: GraphQLNamedType, depth: number): string {
    const name = `F${(this.#names += 1)}`;
    this.fragments.push(`fragment ${name} on ${type.name} { ${this.writeSelections(type, depth)} }`);
    return name;
  }

  #writeDirective(): string {
    const dice = this.#dice;
    if (!dice.chance(0.25)) return '';
    const holds = dice.chance(0.7);
    const name = dice.pick(['include', 'skip']);
    const value = name === 'include' ? holds : !holds;
    if (dice.chance(0.5)) return ` @${name}(if: ${value})`;
    return ` @${name}(if: $${this.#addVariable('Boolean!', value)})`;
  }

  #writeField(field: GraphQLField<unknown, unknown>, depth: number): string {
    const dice = this.#dice;
    const type = getNamedType(field.type);
    const given = field.args.filter((argument) => isRequiredArgument(argument) || dice.chance(0.4));
    const args = given.map((argument) => this.#writeArgument(field, argument));
    const alias = args.length > 0 || dice.chance(0.15) ? `a${(this.#names += 1)}: ` : '';
    const call = args.length > 0 ? `(${args.join(', ')})` : '';
    const inner = isCompositeType(type) ? ` { ${this.writeSelections(type, depth - 1)} }` : '';
    return `${alias}${field.name}${call}${this.#writeDirective()}${inner}`;
  }

  #writeArgument(field: GraphQLField<unknown, unknown>, argument: GraphQLArgument): string {
    const dice = this.#dice;
    const value = this.#makeValue(argument.type, [`${field.name}.${argument.name}`, argument.name]);
    if (dice.chance(0.5)) return `${argument.name}: ${print(value, argument.type)}`;
    return `${argument.name}: $${this.#addVariable(String(argument.type), value)}`;
  }

  #addVariable(type: string, value: unknown): string {
    const name = `v${(this.#names += 1)}`;
    this.declarations.push(`$${name}: ${type}`);
    this.variables[name] = value;
    return name;
  }

  #makeValue(type: GraphQLInputType, names: readonly string[]): unknown {
    const dice = this.#dice;
    if (!isNonNullType(type)) return dice.chance(0.1) ? null : this.#makeSupplied(type, names);
    for (;;) {
      const value = this.#makeSupplied(type.ofType, names);
      if (value !== null) return value;
    }
  }

  #makeSupplied(type: GraphQLInputType, names: readonly string[]): unknown {
    const dice = this.#dice;
    const named = getNamedType(type);
    const supplied = isInputObjectType(named) ? undefined : names.find((name) => this.#supply[name]);
    if (supplied !== undefined) return dice.pick(this.#supply[supplied] ?? []);
    if (isListType(type))
      return Array.from({ length: dice.below(3) }, () => this.#makeValue(type.ofType, names));
    if (isEnumType(named)) return dice.pick(named.getValues()).name;
    if (isInputObjectType(named)) {
      const fields = Object.values(named.getFields()).filter(
        (field) => isNonNullType(field.type) || dice.chance(2 / Object.keys(named.getFields()).length),
      );
      return Object.fromEntries(
        fields.map((field) => [field.name, this.#makeValue(field.type, [field.name])]),
      );
    }
    const ofType = this.#supply[named.name];
    if (!ofType) throw new TypeError(`nothing to give for ${named.name}`);
    return dice.pick(ofType);
  }
}

function print(value: unknown, type: GraphQLInputType): string {
  if (isNonNullType(type)) return print(value, type.ofType);
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value))
    return `[${value.map((one) => print(one, isListType(type) ? type.ofType : type)).join(', ')}]`;
  if (isEnumType(type) && typeof value === 'string') return value;
  if (typeof value === 'object' && isInputObjectType(type)) {
    const fields = type.getFields();
    const entries = Object.entries(value).map(([name, inner]) => {
      const field = fields[name];
      return `${name}: ${field ? print(inner, field.type) : 'null'}`;
    });
    return `{ ${entries.join(', ')} }`;
  }
  return JSON.stringify(value);
}
