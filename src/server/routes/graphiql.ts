import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';
import type { Caller } from '../../access/caller.ts';
import type { Store } from '../../store/store.ts';
import { findExample } from '../graphql/find-example.ts';
import { createGraphiqlPage } from '../graphql/graphiql-page.ts';
import { readRoute } from './read-route.ts';

/** /graphiql: one page that holds all it needs. Nothing is loaded from elsewhere, and nobody may frame it. */
export async function graphiqlRoute(
  app: FastifyInstance,
  { storeFor }: { storeFor: (caller: Caller) => Store },
): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: false,
    frameguard: { action: 'deny' },
    strictTransportSecurity: false,
  });
  const answerPage = createGraphiqlPage();
  readRoute(app, '/graphiql', async ({ caller, headers }) =>
    answerPage(await findExample(storeFor(caller)), headers['accept-encoding']),
  );
}
