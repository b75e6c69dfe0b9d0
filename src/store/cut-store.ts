import { z } from 'zod';
import type { PrismaClient } from '../../prisma/generated/sqlite/client.ts';
import { cutTable, type Cut, type Sight } from './sql/sight.ts';
import type { Tables } from './sql/tables.ts';
import type { Store } from './store.ts';

/** Operations of Prisma that read, and the ways in which they are told which rows. */
const readsBy: ReadonlySet<string> = new Set([
  'aggregate',
  'count',
  'findFirst',
  'findFirstOrThrow',
  'findMany',
  'findUnique',
  'findUniqueOrThrow',
  'groupBy',
]);

const client = z.custom<PrismaClient>((value) => typeof value === 'object' && value !== null);
const where = z.looseObject({ AND: z.unknown().optional() });

/** A store for somebody, to be read: statements that are written for it, and Prisma's, find what there is for them. */
export function cutStore(store: Store, sight: Sight): Store {
  return { ...store, sight, prisma: cutPrisma(store, sight) };
}

function cutPrisma({ prisma, tables }: Store, sight: Sight): PrismaClient {
  const cut = prisma.$extends({
    query: {
      $allModels: {
        $allOperations: ({ model, operation, args, query }) => {
          if (!readsBy.has(operation))
            throw new TypeError(`a cut store is only read, not asked for ${operation}`);
          return query(narrow(args, findCut(model, tables, sight)));
        },
      },
    },
  });
  return client.parse(cut);
}

function findCut(model: string, tables: Tables, sight: Sight): Cut {
  const table = tables.get(model);
  return table ? cutTable(table, sight) : 'none';
}

/** Adds to what an operation is told what the rows have to be besides. */
function narrow<Args extends object>(args: Args, cut: Cut): Args {
  if (cut === 'all') return args;
  const given = where.parse(Reflect.get(args, 'where') ?? {});
  const also = cut === 'none' ? { OR: [] } : { [cut.column]: { in: [...cut.values] } };
  const before = given.AND === undefined ? [] : [given.AND].flat();
  return { ...args, where: { ...given, AND: [...before, also] } };
}
