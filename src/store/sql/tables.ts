import { z } from 'zod';
import { getDatamodel } from '../../../prisma/generated/pothos/types.ts';

/** A column of a table. */
export interface Column {
  /** Name in the database. */
  readonly name: string;
  /** Prisma's type: `Int`, `String`, … or the name of an enum. */
  readonly type: string;
  readonly isEnum: boolean;
  readonly nullable: boolean;
}

/** A relation to rows of a table: those whose column `to` has what this row has in `from` (both Prisma's names). */
export interface Relation {
  readonly model: string;
  readonly from: string;
  readonly to: string;
  /** Whether there may be several such rows. */
  readonly isList: boolean;
  /** Whether there may be none, of a relation to one. */
  readonly nullable: boolean;
}

/** A table by the names that Prisma's models give it. */
export interface Table {
  readonly model: string;
  /** Name in the database. */
  readonly name: string;
  readonly columns: ReadonlyMap<string, Column>;
  readonly relations: ReadonlyMap<string, Relation>;
}

/** The tables of the store by the names of their models. */
export type Tables = ReadonlyMap<string, Table>;

const field = z.object({
  name: z.string(),
  type: z.string(),
  kind: z.enum(['scalar', 'enum', 'object']),
  isList: z.boolean(),
  isRequired: z.boolean(),
  relationName: z.string().optional(),
  relationFromFields: z.array(z.string()).optional(),
});
type Field = z.output<typeof field>;
type Fields = ReadonlyMap<string, readonly Field[]>;

/** What the generated data model of Pothos says of the fields; the names in the database are only with Prisma's client. */
const describedModels = z.record(z.string(), z.object({ fields: z.array(field) }));
const clientModels = z.object({
  _runtimeDataModel: z.object({
    models: z.record(
      z.string(),
      z.object({
        dbName: z.string().nullable(),
        fields: z.array(z.object({ name: z.string(), dbName: z.string().optional() })),
      }),
    ),
  }),
});

/** Reads the tables from a Prisma client. */
export function readTables(prisma: object): Tables {
  const described = describedModels.parse(getDatamodel().datamodel.models);
  const fields: Fields = new Map(Object.entries(described).map(([model, { fields: list }]) => [model, list]));
  const { models } = clientModels.parse({
    _runtimeDataModel: Reflect.get(prisma, '_runtimeDataModel'),
  })._runtimeDataModel;
  return new Map(
    Object.entries(models).map(([model, { dbName, fields: named }]) => {
      const names = new Map(named.map((one) => [one.name, one.dbName ?? one.name]));
      return [model, { model, name: dbName ?? model, ...readFields(model, fields, names) }];
    }),
  );
}

/**
 * The names in the database of the tables of models. An unknown one is a fault of the caller: nothing would ever be seen
 * to change of it.
 */
export function nameTables(tables: Tables, models: readonly string[]): string[] {
  return models.map((model) => {
    const table = tables.get(model);
    if (!table) throw new TypeError(`there is no model ${model}`);
    return table.name;
  });
}

function readFields(model: string, fields: Fields, names: ReadonlyMap<string, string>) {
  const columns = new Map<string, Column>();
  const relations = new Map<string, Relation>();
  for (const one of fields.get(model) ?? []) {
    const { name, type, kind, isRequired } = one;
    if (kind === 'object') relations.set(name, readRelation(one, model, fields));
    else
      columns.set(name, {
        name: names.get(name) ?? name,
        type,
        isEnum: kind === 'enum',
        nullable: !isRequired,
      });
  }
  return { columns, relations };
}

/** The side that holds the key names it; the other side is found by the name of the relation. Keys lead to `id`. */
function readRelation(relation: Field, model: string, fields: Fields): Relation {
  const { type, isList, isRequired, relationName, relationFromFields: [from] = [] } = relation;
  if (from !== undefined) return { model: type, from, to: 'id', isList, nullable: !isRequired };
  const opposite = (fields.get(type) ?? []).find(
    (one) => one.relationName === relationName && one.type === model && one.relationFromFields?.length,
  );
  const [to] = opposite?.relationFromFields ?? [];
  if (to === undefined) throw new TypeError(`the relation ${relation.name} of ${model} has no key`);
  return { model: type, from: 'id', to, isList, nullable: !isRequired };
}
