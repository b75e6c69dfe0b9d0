import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatEndpoint, parseEndpoint, parseEndpoints } from '../../src/names/endpoint.ts';

describe('a place', () => {
  it.each([
    ['pve1', { host: 'pve1' }],
    [' pve1.example.org ', { host: 'pve1.example.org' }],
    ['pve1:443', { host: 'pve1', port: 443 }],
    ['10.0.0.11:8006', { host: '10.0.0.11', port: 8006 }],
    ['::1', { host: '::1' }],
    ['[::1]', { host: '::1' }],
    ['[::1]:8006', { host: '::1', port: 8006 }],
    ['fd00::11', { host: 'fd00::11' }],
  ])('is read from %j', (text, endpoint) => {
    expect(parseEndpoint(text)).toEqual(endpoint);
  });

  it.each([
    '',
    'https://pve1:8006',
    'pve1/',
    'root@pve1',
    'pve1:',
    'pve1:port',
    'pve1:0',
    'pve1:65536',
    '[pve1]:8006',
    '[::1',
    '::1]',
    '[::1]8006',
    'a b',
    '10.0.0.256',
    '1:2:3',
    'pve%31',
    'fe80::1%eth0',
  ])('is not %j', (text) => {
    expect(parseEndpoint(text)).toBeUndefined();
  });

  const host = fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain());
  const port = fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined });

  it('is written so that it reads the same, and stands in a URL', () => {
    fc.assert(
      fc.property(host, port, (host, port) => {
        const written = formatEndpoint({ host, port });
        expect(parseEndpoint(written)).toEqual(port === undefined ? { host } : { host, port });
        expect(URL.canParse(`https://${written}`)).toBe(true);
      }),
    );
  });

  it('is what a URL can hold, whatever text it is read from', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const endpoint = parseEndpoint(text);
        if (endpoint) expect(URL.canParse(`https://${formatEndpoint(endpoint)}`)).toBe(true);
      }),
    );
  });
});

describe('a list of places', () => {
  it('has commas, semicolons or blanks between them', () => {
    expect(parseEndpoints('pve1, [::1]:8007; pve3:443')).toEqual([
      { host: 'pve1' },
      { host: '::1', port: 8007 },
      { host: 'pve3', port: 443 },
    ]);
  });

  it.each(['', ' , ', 'pve1, https://pve2'])('is not %j', (text) => {
    expect(parseEndpoints(text)).toBeUndefined();
  });
});
