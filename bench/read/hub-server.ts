/** Template Hub as it is served, offline, on a store that is there. */
import { createLogger } from '../../src/log/logger.ts';
import { createHubServer } from '../../src/server/server.ts';
import { openStore } from '../../src/store/store.ts';
import { systemClock } from '../../src/time/clock.ts';
import { announce } from './report-usage.ts';

const store = await openStore({ url: `file:${process.argv[2] ?? ''}` });
const server = createHubServer({
  settings: { host: '127.0.0.1', port: 0 },
  store,
  services: {},
  logger: createLogger({ level: 'error', format: 'json' }),
  clock: systemClock,
});
announce(await server.listen());
