import { expect, test } from 'vitest';
import { WebhookError } from '../../src/webhooks/webhook-error.ts';
import { checkWebhookInput, createWebhookSchema } from '../../src/webhooks/webhook-input.ts';

const secret = '0123456789abcdef';

function findFault(input: { url: string; secret: string }): { field: readonly string[]; message: string } {
  try {
    checkWebhookInput(createWebhookSchema, input);
  } catch (error) {
    if (error instanceof WebhookError && error.code === 'INVALID_INPUT') return error;
    throw error;
  }
  throw new Error('it was taken');
}

test.each([
  ['example.org/hook', 'whole URL'],
  ['', 'whole URL'],
  ['ftp://example.org/hook', 'http'],
  ['file:///etc/passwd', 'http'],
  ['javascript:alert(1)', 'http'],
  ['https://user:word@example.org/', 'no user and password'],
  ['https://example.org/#part', 'fragment'],
  ['https://example.org/a\r\nx: y', 'control characters'],
  ['https://example.org/\u0007', 'control characters'],
  ['https://exa\u009bmple.org/', 'control characters'],
  ['https://example.org/\u202e', 'control characters'],
  [' https://example.org/', 'blanks'],
  [`https://example.org/${'a'.repeat(2000)}`, '2000'],
])('the URL %s is refused', (url, reason) => {
  const fault = findFault({ url, secret });
  expect(fault.field).toEqual(['url']);
  expect(fault.message).toContain(reason);
});

test.each(['https://example.org/hook?key=1', 'http://10.0.0.5:8080/', 'http://[::1]:80/hook'])(
  'the URL %s is taken',
  (url) => expect(checkWebhookInput(createWebhookSchema, { url, secret }).url).toBe(url),
);

test.each(['', 'short', '0123456789abcde', 'x'.repeat(201)])(
  'the secret %s is refused, and not repeated',
  (bad) => {
    const fault = findFault({ url: 'https://example.org', secret: bad });
    expect(fault.field).toEqual(['secret']);
    if (bad) expect(fault.message).not.toContain(bad);
  },
);
