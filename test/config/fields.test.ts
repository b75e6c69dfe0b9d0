import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseDuration } from '../../src/config/fields.ts';
import { hideUrlPassword } from '../../src/secrets/hide-url-password.ts';

it.each([
  ['90', 90_000],
  ['90s', 90_000],
  ['5m', 300_000],
  ['1h30m', 5_400_000],
  ['250ms', 250],
  ['1d', 86_400_000],
  ['0', 0],
  ['off', 0],
  ['Never', 0],
])('reads the duration %s', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});

it.each(['', '-5', '5 m', 'm', '5x', '1.5h', '5m '])('refuses the duration "%s"', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});

it('reads every number of seconds, minutes and hours', () => {
  const part = fc.nat({ max: 1000 });
  fc.assert(
    fc.property(part, part, part, (hours, minutes, seconds) => {
      expect(parseDuration(`${hours}h${minutes}m${seconds}s`)).toBe(
        (hours * 3600 + minutes * 60 + seconds) * 1000,
      );
    }),
  );
});

it.each([
  ['postgresql://hub:pw@db:5432/hub', 'postgresql://hub:***@db:5432/hub'],
  ['postgres://hub@db/hub', 'postgres://hub@db/hub'],
  ['file:./data/a.db', 'file:./data/a.db'],
  ['postgresql://hub@db/hub?password=pw&schema=a', 'postgresql://hub@db/hub?password=***&schema=a'],
  ['postgresql://hub@db/hub?PassWord=pw', 'postgresql://hub@db/hub?PassWord=***'],
  ['postgresql://hub@db/hub?host=/run&sslpassword=pw', 'postgresql://hub@db/hub?host=***&sslpassword=***'],
  ['postgresql://hub:p/w@db/hub', 'postgresql://***'],
  ['postgresql://hub:1/pw@db/hub', 'postgresql://***'],
  ['postgresql://hub:1?pw@db/hub', 'postgresql://***'],
  ['postgresql://hub:1#pw@db/hub', 'postgresql://***'],
])('hides the password of %s', (url, shown) => {
  expect(hideUrlPassword(url)).toBe(shown);
});
