import type { PrismaClient } from '../../../prisma/generated/sqlite/client.ts';
import type { Database } from '../../../src/store/database.ts';
import type { Store } from '../../../src/store/store.ts';

/** Is told of everything that goes to the store, and may hold it up for ever. */
export interface StoreWatch {
  /** Runs one operation; `name` is for people, `inside` tells that it is part of a transaction. */
  run<Result>(name: string, operation: () => Promise<Result>, inside: boolean): Promise<Result>;
}

/** A store whose every operation passes through a watch. */
export function watchStore(store: Store, watch: StoreWatch): Store {
  return {
    ...store,
    prisma: watchDatabase(store.prisma, watch, false),
    transaction: (work) =>
      watch.run(
        'transaction',
        () => store.transaction((database) => work(watchDatabase<Database>(database, watch, true))),
        false,
      ),
  };
}

function watchDatabase<Client extends Database | PrismaClient>(
  database: Client,
  watch: StoreWatch,
  inside: boolean,
): Client {
  return new Proxy(database, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      const watched = typeof name === 'string' && !name.startsWith('$') && typeof member === 'object';
      return watched && member !== null ? watchModel(member, { watch, inside, model: name }) : member;
    },
  });
}

function watchModel(
  model: object,
  { watch, inside, model: modelName }: { watch: StoreWatch; inside: boolean; model: string },
): object {
  return new Proxy(model, {
    get: (target, name) => {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function' || typeof name !== 'string') return method;
      return (...input: unknown[]) =>
        watch.run(
          `${modelName}.${name}`,
          async (): Promise<unknown> => {
            const result: unknown = Reflect.apply(method, target, input);
            return result;
          },
          inside,
        );
    },
  });
}
