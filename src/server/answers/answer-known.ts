import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { keyOfRequest, type AnswerCache } from './answer-cache.ts';
import { answerCondition } from './condition.ts';
import { makeReady, writeReady } from './ready-reply.ts';

/**
 * Answers what is known before any route is asked: a GET when its head is there, a POST when its body is. What Fastify
 * and a route do for a request costs several times what a known answer does.
 */
export function answerKnown(app: FastifyInstance, cache: AnswerCache): void {
  app.addHook('onRequest', (request, reply, next) => {
    const { method } = request.raw;
    if ((method !== 'GET' && method !== 'HEAD') || !answer(request, reply, cache)) next();
  });
  app.addHook('preHandler', (request, reply, next) => {
    if (request.raw.method !== 'POST' || !answer(request, reply, cache)) next();
  });
}

function answer(request: FastifyRequest, reply: FastifyReply, cache: AnswerCache): boolean {
  const known = cache.find(keyOfRequest(request));
  if (!known) return false;
  const condition = answerCondition(known.head, request.headers);
  reply.hijack();
  writeReady(reply.raw, condition === known.head ? known.ready : makeReady(condition));
  return true;
}
