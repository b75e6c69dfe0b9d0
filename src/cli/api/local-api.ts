import { randomUUID } from 'node:crypto';
import { graphql } from 'graphql';
import { createAuditBook } from '../../access/audit/audit-book.ts';
import { ownProcess } from '../../access/caller.ts';
import { createContext } from '../../graphql/context.ts';
import { createSchema } from '../../graphql/schema.ts';
import type { Services } from '../../graphql/services.ts';
import { createRunStates } from '../../graphql/subscriptions/run-states.ts';
import type { Store } from '../../store/store.ts';
import type { Clock } from '../../time/clock.ts';
import { readResult, type HubApi } from './hub-api.ts';

/** The API on a store of this process, without limits of pages, cost and time. */
export function createLocalApi(options: {
  store: Store;
  services: Services;
  clock: Clock;
  close: () => Promise<void>;
}): HubApi {
  const { store, services, clock, close } = options;
  const schema = createSchema();
  const runStates = createRunStates(store);
  const audit = createAuditBook({ store, clock, logger: quiet, keep: 0 });
  return {
    ask: async (source, variableValues, answer) => {
      const contextValue = createContext({
        store,
        services,
        clock,
        runStates,
        caller: ownProcess,
        origin: null,
        audit,
        unlimited: true,
        trigger: 'COMMAND',
        requestId: randomUUID(),
      });
      const result = await graphql({ schema, source, variableValues, contextValue });
      return readResult(toJson(result), answer);
    },
    close,
  };
}

/** The rows are in the store; a command's output is its own. */
const quiet = { info: () => undefined, warn: () => undefined };

/** The same values as over HTTP: dates and big integers as texts. */
function toJson(result: unknown): unknown {
  return JSON.parse(
    JSON.stringify(result, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
  );
}
