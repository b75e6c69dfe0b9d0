import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';
import { createGraphiqlPage } from '../graphql/graphiql-page.ts';
import { readRoute } from './read-route.ts';

/** /graphiql: one page that holds all it needs. Nothing is loaded from elsewhere, and nobody may frame it. */
export async function graphiqlRoute(app: FastifyInstance): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: false,
    frameguard: { action: 'deny' },
    strictTransportSecurity: false,
  });
  const answerPage = createGraphiqlPage();
  readRoute(app, '/graphiql', (request) => answerPage(request.headers['accept-encoding']));
}
