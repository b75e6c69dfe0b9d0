import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sign } from '../../src/webhooks/sign.ts';
import { isSigned } from './support/receiver.ts';

test('a signature tells its time in seconds and is the HMAC-SHA-256 of time and body', () => {
  const value = sign({ secret: 'sixteen letters!', body: '{"event":"MOVED"}', now: 1_767_225_600_999 });
  // printf '1767225600.{"event":"MOVED"}' | openssl dgst -sha256 -hmac 'sixteen letters!'
  expect(value).toBe('t=1767225600,v1=916772ff0dd3cea1d524c16a4d6271c507b14784a128381255a856b3906cd935');
});

test('whoever knows the secret can check it, whatever the body; nobody else can', () => {
  const time = fc.integer({ min: 0, max: 4e12 });
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), time, (body, secret, now) => {
      const headers = { 'x-template-hub-signature': sign({ secret, body, now }) };
      expect(isSigned({ headers, body }, secret)).toBe(true);
      expect(isSigned({ headers, body }, `${secret}?`)).toBe(false);
      expect(isSigned({ headers, body: `${body} ` }, secret)).toBe(false);
    }),
  );
});
