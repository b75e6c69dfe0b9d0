import type { IncomingHttpHeaders } from 'node:http';
import type { Reply } from './reply.ts';

/** 304 when the client says that it has the answer already. */
export function answerCondition(reply: Reply, headers: IncomingHttpHeaders): Reply {
  const wanted = headers['if-none-match'];
  const { etag } = reply.headers;
  if (wanted === undefined || etag === undefined || reply.status !== 200) return reply;
  const tags = wanted.split(',').map((one) => one.trim().replace(/^W\//, ''));
  if (wanted.trim() !== '*' && !tags.includes(etag)) return reply;
  const { 'content-type': _type, ...kept } = reply.headers;
  return { status: 304, headers: kept, body: '' };
}
