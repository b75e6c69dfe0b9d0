import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readData, readServerWords } from '../../src/proxmox/http/answer.ts';
import { pathOf } from '../../src/proxmox/http/call.ts';
import { encodeForm } from '../../src/proxmox/http/form.ts';
import { createLimiter } from '../../src/proxmox/http/limiter.ts';
import { ProxmoxError } from '../../src/proxmox/failures/proxmox-error.ts';
import { redact } from '../../src/proxmox/http/redact.ts';
import { pauseAfter } from '../../src/proxmox/http/retry.ts';

describe('a form', () => {
  test('is read back as it was', () => {
    const values = fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9-]*$/), fc.string({ unit: 'grapheme' }));
    fc.assert(
      fc.property(values, (parameters) => {
        expect(Object.fromEntries(new URLSearchParams(encodeForm(parameters)))).toEqual({ ...parameters });
      }),
    );
  });

  test('says booleans as 1 and 0, joins lists and leaves out what is undefined', () => {
    expect(encodeForm({ full: true, online: false, delete: ['a', 'b'], target: undefined, newid: 101 })).toBe(
      'full=1&online=0&delete=a%2Cb&newid=101',
    );
  });
});

describe('a path', () => {
  test('encodes its parts, so that none can become two', () => {
    expect(pathOf('nodes', 'pve1', 'tasks', 'UPID:a:b!c/d:')).toBe('/nodes/pve1/tasks/UPID%3Aa%3Ab!c%2Fd%3A');
  });

  test.each(['', '.', '..'])('has no part "%s"', (part) => {
    expect(() => pathOf('nodes', part)).toThrow(/cannot be part of a path/);
  });
});

test('an error names tasks and users as Proxmox does', () => {
  const { message } = new ProxmoxError({
    failure: { code: 'TASK_NOT_FOUND', retryable: 'never' },
    clusterId: 'lab',
    method: 'GET',
    path: pathOf('nodes', 'pve1', 'tasks', 'UPID:pve1:1:qmclone:100:root@pam:', 'status'),
    status: 500,
    serverMessage: 'no such task',
  });
  expect(message).toContain(
    'GET /nodes/pve1/tasks/UPID:pve1:1:qmclone:100:root@pam:/status: 500 no such task',
  );
});

describe("the server's words", () => {
  test.each([
    [
      'message first',
      { reason: 'first line', body: '{"data":null,"message":"first line\\nsecond\\n"}' },
      'first line\nsecond',
    ],
    [
      'errors with it',
      { reason: 'R', body: '{"errors":{"a":"x\\n","b":"y"},"message":"M\\n"}' },
      'M a: x, b: y',
    ],
    ['errors with the reason', { reason: 'R', body: '{"errors":{"a":"x"},"data":null}' }, 'R a: x'],
    ['the reason alone', { reason: 'VM is locked (backup)', body: '{"data":null}' }, 'VM is locked (backup)'],
    ['an empty body', { reason: 'No ticket', body: '' }, 'No ticket'],
    ['a body of text', { reason: 'x', body: 'for data too large\n' }, 'for data too large'],
    ['a page of a proxy', { reason: 'Bad Gateway', body: '<html><h1>502</h1></html>' }, 'Bad Gateway'],
    ['nothing', { reason: '', body: '' }, ''],
  ])('%s', (_name, response, expected) => {
    expect(readServerWords(response).message).toBe(expected);
  });

  test('are found in any body without falling over', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (reason, body) => void readServerWords({ reason, body })),
    );
    fc.assert(fc.property(fc.json(), (body) => void readServerWords({ reason: 'R', body })));
  });
});

test('data of null is an answer, no data is none', () => {
  expect(readData('{"data":null}')).toEqual({ data: null });
  expect(['', '[]', '1', '{}', 'null'].map(readData)).toEqual(Array(5).fill(undefined));
});

test('no secret is left, plain or encoded', () => {
  const secret = fc.string({ minLength: 1 });
  fc.assert(
    fc.property(
      secret.filter((text) => !'[secret]'.includes(text)),
      fc.string(),
      (hidden, text) => {
        const told = redact(`${text}${hidden}&p=${encodeURIComponent(hidden)}`, [hidden, '']);
        expect(told.replaceAll('[secret]', '')).not.toContain(hidden);
      },
    ),
  );
});

test('pauses double from half a second up to ten, give or take a half', () => {
  expect([1, 2, 3, 4, 5, 6, 50].map((tried) => pauseAfter(tried, () => 0.5))).toEqual([
    500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000,
  ]);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 99 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (tried, chance) => {
        const middle = pauseAfter(tried, () => 0.5);
        const pause = pauseAfter(tried, () => chance);
        expect(pause).toBeGreaterThanOrEqual(middle / 2 - 1);
        expect(pause).toBeLessThanOrEqual(middle * 1.5 + 1);
      },
    ),
  );
});

test('a limiter never lets more through, loses nobody and ends empty, whatever fails', async () => {
  const plan = fc.array(fc.boolean(), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 6 }), plan, async (limit, fails) => {
      const limiter = createLimiter(limit);
      let most = 0;
      const task = async (fail: boolean) => {
        most = Math.max(most, limiter.running);
        await Promise.resolve();
        if (fail) throw new Error('failed');
      };
      const results = await Promise.allSettled(fails.map((fail) => limiter.run(() => task(fail))));
      expect(results.map(({ status }) => status === 'rejected')).toEqual(fails);
      expect(most).toBeLessThanOrEqual(limit);
      expect(limiter.running).toBe(0);
    }),
  );
});
