import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';
import type { Store } from '../../store/store.ts';
import { findExample } from '../graphql/find-example.ts';
import { createGraphiqlPage } from '../graphql/graphiql-page.ts';
import { readRoute } from './read-route.ts';

/** /graphiql: one page that holds all it needs. Nothing is loaded from elsewhere, and nobody may frame it. */
export async function graphiqlRoute(app: FastifyInstance, { store }: { store: Store }): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: false,
    frameguard: { action: 'deny' },
    strictTransportSecurity: false,
  });
  const answerPage = createGraphiqlPage(() => findExample(store));
  readRoute(app, '/graphiql', (request) => answerPage(request.headers['accept-encoding']));
}
