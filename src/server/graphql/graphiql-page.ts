import { hash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import { makeEtag } from '../answers/etag.ts';
import type { Reply } from '../answers/reply.ts';
import { writeGraphiqlTabs, type GraphiqlExample } from './graphiql-tabs.ts';

const compress = promisify(gzip);

/** Pages that are kept, each of 9 MB: callers who see other clusters have other examples. */
const keptPages = 3;

/** GraphiQL's page as it is sent. */
interface Page {
  readonly plain: Buffer;
  readonly compressed: Buffer;
  readonly etag: string;
  /** Content-Security-Policy. */
  readonly policy: string;
}

/**
 * Makes the function that answers GraphiQL's page. It holds everything it needs: nothing is loaded from elsewhere. Its
 * queries are about the example that is given.
 */
export function createGraphiqlPage(): (
  example: GraphiqlExample,
  acceptEncoding: string | undefined,
) => Promise<Reply> {
  const pages = new LRUCache<string, Promise<Page>>({ max: keptPages });
  return async (example, acceptEncoding) => {
    const key = JSON.stringify(example);
    let page = pages.get(key);
    if (!page) pages.set(key, (page = renderPage(example)));
    const { plain, compressed, etag, policy } = await page;
    const isCompressed = /\bgzip\b/.test(acceptEncoding ?? '');
    return {
      status: 200,
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'private, no-cache',
        vary: 'Accept-Encoding',
        'content-security-policy': policy,
        etag,
        ...(isCompressed ? { 'content-encoding': 'gzip' } : {}),
      },
      body: isCompressed ? compressed : plain,
    };
  };
}

async function renderPage(example: GraphiqlExample): Promise<Page> {
  // 9 MB of page: only loaded where somebody wants to see it.
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const html = renderGraphiQL({
    title: 'Template Hub',
    endpoint: '/graphql',
    subscriptionsProtocol: 'GRAPHQL_SSE',
    defaultTabs: writeGraphiqlTabs(example).map((query) => ({ query })),
    shouldPersistHeaders: false,
  });
  const plain = Buffer.from(html);
  const compressed = await compress(plain, { level: 6 });
  return { plain, compressed, etag: makeEtag(plain), policy: writePolicy(html) };
}

/**
 * What a browser may do for the page: execute the scripts that stand in it and no others, ask this server, and draw what
 * the page holds itself. Its editor styles what it shows, and works in workers of its own.
 */
function writePolicy(html: string): string {
  const scripts = Array.from(html.matchAll(/<script>([^]*?)<\/script>/g), ([, script = '']) => script);
  const allowed = scripts.map((script) => `'sha256-${hash('sha256', script, 'base64')}'`);
  return [
    "default-src 'none'",
    `script-src ${allowed.join(' ')}`,
    "style-src 'unsafe-inline'",
    "connect-src 'self'",
    'img-src data:',
    'font-src data:',
    'worker-src data: blob:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
