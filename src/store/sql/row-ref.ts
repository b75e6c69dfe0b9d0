import type { DatabaseLocation } from '../database-url.ts';
import { cutTable, type Sight } from './sight.ts';
import { join, raw, sql, type Sql } from './sql.ts';
import type { Column, Relation, Table, Tables } from './tables.ts';

/** For which database a statement is written, and which tables there are. */
export interface SqlTarget {
  readonly provider: DatabaseLocation['provider'];
  readonly tables: Tables;
  /** For whom it is written; absent where there is everything. */
  readonly sight?: Sight;
}

/** A row that a statement speaks of, by the name that its table has there. */
export class RowRef {
  readonly target: SqlTarget;
  readonly table: Table;
  readonly alias: string;

  constructor(target: SqlTarget, model: string, alias: string) {
    const table = target.tables.get(model);
    if (!table) throw new TypeError(`there is no model ${model}`);
    this.target = target;
    this.table = table;
    this.alias = alias;
  }

  /** A row of another table (or of this one again) that is spoken of together with this row. */
  beside(model: string): RowRef {
    return new RowRef(this.target, model, `${this.alias}${model.charAt(0).toLowerCase()}`);
  }

  /** Rows that a relation (by Prisma's name) leads to, and the condition that they fulfil. */
  follow(relation: string): { other: RowRef; condition: Sql } {
    const { model, from, to } = this.describeRelation(relation);
    const other = this.beside(model);
    return { other, condition: sql`${other.column(to)} = ${this.column(from)}` };
  }

  /** @throws {TypeError} when there is no such relation: a fault of the program. */
  describeRelation(name: string): Relation {
    const relation = this.table.relations.get(name);
    if (relation) return relation;
    throw new TypeError(`${this.table.model} has no relation ${name}`);
  }

  /** A column of it, by Prisma's name. */
  column(name: string): Sql {
    return raw(`${this.alias}.${this.describe(name).name}`);
  }

  /** @throws {TypeError} when there is no such column: a fault of the program. */
  describe(name: string): Column {
    const column = this.table.columns.get(name);
    if (column) return column;
    throw new TypeError(`${this.table.model} has no column ${name}`);
  }

  /** What stands after FROM for it: of the table what there is for whom the statement is written. */
  get from(): Sql {
    const { name } = this.table;
    const cut = this.target.sight ? cutTable(this.table, this.target.sight) : 'all';
    if (cut === 'all') return raw(`${name} ${this.alias}`);
    if (cut === 'none') return raw(`(SELECT * FROM ${name} WHERE FALSE) ${this.alias}`);
    const column = raw(this.describe(cut.column).name);
    const isThere = cut.values.length === 0 ? raw('FALSE') : sql`${column} IN (${join([...cut.values])})`;
    return sql`(SELECT * FROM ${raw(name)} WHERE ${isThere}) ${raw(this.alias)}`;
  }

  /** Holds where such a row exists. Never unknown. */
  exists(condition: Sql): Sql {
    return sql`EXISTS (SELECT 1 FROM ${this.from} WHERE ${condition})`;
  }
}
