import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Metrics } from '../metrics.ts';
import { keyOfRequest, type AnswerCache, type KnownAnswer } from './answer-cache.ts';
import { answerCondition } from './condition.ts';
import { makeReady, writeReady } from './ready-reply.ts';

/**
 * Answers what is known before any route is asked: a GET when its head is there, a POST when its body is. What Fastify
 * and a route do for a request costs several times what a known answer does.
 */
export function answerKnown(app: FastifyInstance, cache: AnswerCache, metrics: Metrics): void {
  app.addHook('onRequest', (request, reply, next) => {
    const { method } = request.raw;
    if ((method !== 'GET' && method !== 'HEAD') || !answer(request, reply)) next();
  });
  app.addHook('preHandler', (request, reply, next) => {
    if (request.raw.method !== 'POST' || !answer(request, reply)) next();
  });
  function answer(request: FastifyRequest, reply: FastifyReply): boolean {
    const known = cache.find(keyOfRequest(request));
    metrics.countLookup(known ? 'hit' : 'miss');
    if (known) write(known, request, reply);
    return known !== undefined;
  }
}

function write(known: KnownAnswer, request: FastifyRequest, reply: FastifyReply): void {
  const condition = answerCondition(known.head, request.headers);
  reply.hijack();
  writeReady(reply.raw, condition === known.head ? known.ready : makeReady(condition));
}
