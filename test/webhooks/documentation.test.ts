import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { HubEventKind } from '../../prisma/generated/sqlite/enums.ts';
import { composeEvent, composeMessage } from '../../src/webhooks/message.ts';
import { sign } from '../../src/webhooks/sign.ts';

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'webhooks.md'), 'utf8');
const find = (pattern: RegExp) => pattern.exec(page)?.[1] ?? '';
const secret = find(/secret: "(.*?)"/);
const signature = find(/^X-Template-Hub-Signature: (.*)$/m);
const body = find(/^(\{"delivery".*\})$/m);

test('the example is what is sent', () => {
  const at = new Date('2026-01-01T00:00:00.000Z');
  const nowhere = { templateId: null, runId: null, detail: null };
  const place = { clusterId: 'lab', vmid: 900, name: 'debian-12', node: 'pve2', fromNode: 'pve1' };
  const message = composeMessage(
    { id: 4711, webhookId: 1 },
    { id: 90210, at, kind: 'MOVED', ...place, ...nowhere },
  );
  expect(message).toEqual({ id: '4711', event: 'MOVED', body });
  expect(sign({ secret, body, now: at.getTime() })).toBe(signature);
});

test('the example of an event is what is sent', () => {
  const at = new Date('2026-01-01T00:05:00.000Z');
  const kind = 'CLUSTER_UNREACHABLE' as const;
  const event = { id: 7, at, kind, clusterId: 'lab', runId: null, outcome: null };
  const why = { code: 'UNREACHABLE', message: 'pve1 does not answer' };
  const message = composeEvent({ id: 4712, webhookId: 1 }, { ...event, ...why });
  expect(message.body).toBe(find(/^(\{"delivery":"4712".*\})$/m));
  for (const word of Object.keys(HubEventKind)) expect(page).toContain(`\`${word}\``);
});

test('the code for receivers takes what is genuine and recent, and nothing else', async () => {
  const code = `${find(/```js\n(.*?)```/s)}\nexport { isGenuine };`;
  const { isGenuine } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  const recent = sign({ secret, body, now: Date.now() });
  expect(isGenuine(recent, Buffer.from(body), secret)).toBe(true);
  expect(isGenuine(recent, body, `${secret}!`)).toBe(false);
  expect(isGenuine(recent, `${body} `, secret)).toBe(false);
  expect(isGenuine('', body, secret)).toBe(false);
  expect(isGenuine(signature, body, secret)).toBe(false);
});
