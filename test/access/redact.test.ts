import fc from 'fast-check';
import { expect, it } from 'vitest';
import { redactInput } from '../../src/access/audit/redact.ts';

it.each([
  [{ clusterId: 'lab', vmids: [1], bytes: 5n }, '{"clusterId":"lab","vmids":[1],"bytes":"5"}'],
  [{ secret: 'x', deep: [{ apiToken: 'y' }] }, '{"secret":"***","deep":[{"apiToken":"***"}]}'],
  [{ url: 'https://me:pass@example.org/a@b' }, '{"url":"https://***@example.org/a@b"}'],
  [{ expiresAt: new Date(0) }, '{"expiresAt":"1970-01-01T00:00:00.000Z"}'],
  [undefined, 'null'],
])('%o is written as %s', (input, written) => expect(redactInput(input)).toBe(written));

it('an input of any size is JSON, and short', () => {
  fc.assert(
    fc.property(fc.array(fc.dictionary(fc.string(), fc.string({ maxLength: 2000 }))), (input) => {
      const written = redactInput(input);
      JSON.parse(written);
      expect(written.length).toBeLessThan(25_000);
    }),
  );
  expect(redactInput(Array.from({ length: 10_000 }, () => 'abc')).length).toBeLessThan(10_000);
});

it('what a secret is under is never written, however deep', () => {
  const key = fc.constantFrom('secret', 'newSecret', 'password', 'token', 'PASSPHRASE');
  fc.assert(
    fc.property(key, fc.array(fc.constantFrom('a', 'b'), { maxLength: 4 }), (name, path) => {
      const input = path.reduce<unknown>((inner, one) => ({ [one]: [inner] }), { [name]: 'hunter2' });
      expect(redactInput(input)).not.toContain('hunter2');
    }),
  );
});
