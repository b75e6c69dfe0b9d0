import type { DatabaseLocation } from '../database-url.ts';
import { raw, sql, type Sql } from './sql.ts';
import type { Column, Relation, Table, Tables } from './tables.ts';

/** For which database a statement is written, and which tables there are. */
export interface SqlTarget {
  readonly provider: DatabaseLocation['provider'];
  readonly tables: Tables;
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

  /** What stands after FROM for it. */
  get from(): Sql {
    return raw(`${this.table.name} ${this.alias}`);
  }

  /** Holds where such a row exists. Never unknown. */
  exists(condition: Sql): Sql {
    return sql`EXISTS (SELECT 1 FROM ${this.from} WHERE ${condition})`;
  }
}
