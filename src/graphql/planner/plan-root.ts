import { z } from 'zod';
import type { RootRead } from '../fields/root-read.ts';
import { readPage, type AskedPage, type PageReader } from '../rows/page.ts';
import type { GraphQLSchema } from 'graphql';
import { planArranged } from './plan-arranged.ts';
import { askNode, planNode, type AskedNode } from './plan-node.ts';
import { planPage } from './plan-page.ts';
import { planRows } from './plan-rows.ts';
import type { Asked, RootField, RootPlan } from './root-plan.ts';

/** The arguments of a field, as GraphQL has checked them against its definition. */
export type Arguments = Readonly<Record<string, unknown>>;

const checked = z.custom<never>();
const askedPage = z.custom<AskedPage<unknown>>();
const askedNode = z.custom<AskedNode>();

/**
 * Reads what a field of Query is asked.
 *
 * @throws {RequestError | LeaveAlone} where the resolver would tell of an error.
 */
export function askRoot(
  read: RootRead,
  args: Arguments,
  { schema, ...reader }: PageReader & { schema: GraphQLSchema },
): Asked {
  switch (read.kind) {
    case 'page':
      return readPage(read.list, args, reader);
    case 'node':
      return askNode(args['id'], schema, reader.target);
    default:
      return { form: null, values: read.read(checked.parse(args)) };
  }
}

/** Plans a field of Query. undefined when it is left alone. */
export function planRoot(read: RootRead, field: RootField): RootPlan | undefined {
  switch (read.kind) {
    case 'page':
      return planPage(read, { ...field, asked: askedPage.parse(field.asked) });
    case 'node':
      return planNode({ ...field, asked: askedNode.parse(field.asked) });
    case 'arranged':
      return planArranged(read, field);
    default:
      return planRows(read, field);
  }
}
