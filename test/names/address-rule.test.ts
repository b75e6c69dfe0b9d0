import { describe, expect, it } from 'vitest';
import { createAddressRule, isAllowEntry } from '../../src/names/address-rule.ts';

describe('addresses that are not public', () => {
  const rule = createAddressRule([]);

  it.each([
    '127.0.0.1',
    '127.9.9.9',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    // Metadata of clouds: Amazon and most others, Oracle, Alibaba, Azure, and Amazon by IPv6.
    '169.254.169.254',
    '192.0.0.192',
    '100.100.100.200',
    '168.63.129.16',
    'fd00:ec2::254',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'fe80::1%eth0',
    'fc00::1',
    'fec0::1',
    'ff02::1',
    // IPv4 written as IPv6, and within it.
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:a00:1',
    '::127.0.0.1',
    '::7f00:1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
  ])('%s', (address) => {
    expect(rule(address, 'hooks.example.org')).toBe(false);
  });

  it.each(['8.8.8.8', '172.32.0.1', '11.0.0.1', '2606:4700::1111', '::ffff:8.8.8.8'])(
    'are not %s',
    (address) => {
      expect(rule(address, 'hooks.example.org')).toBe(true);
    },
  );
});

it('an entry opens its address, its network or what its host stands for, and nothing beside it', () => {
  const rule = createAddressRule(['127.0.0.1', '10.1.0.0/16', 'fd00::/64', 'hooks.lan', '::ffff:10.9.9.9']);
  for (const address of ['127.0.0.1', '::ffff:127.0.0.1', '10.1.255.1', 'fd00::5', '10.9.9.9'])
    expect(rule(address, 'x'), address).toBe(true);
  for (const address of ['127.0.0.2', '10.2.0.1', 'fd00:0:0:1::5', '::1', '10.9.9.8'])
    expect(rule(address, 'x'), address).toBe(false);
  expect(rule('192.168.7.7', 'HOOKS.lan')).toBe(true);
  expect(rule('192.168.7.7', 'other.lan')).toBe(false);
});

it.each([
  ['10.0.0.0/8', true],
  ['::1', true],
  ['hooks.lan', true],
  ['fd00::/64', true],
  ['10.0.0.0/33', false],
  ['10.0.0.0/8/8', false],
  ['http://hooks.lan', false],
  ['10.0.0', false],
  ['0x7f.1/8', false],
  ['*', false],
  ['', false],
  ['999.1.1.1', false],
])('"%s" as an entry: %s', (entry, expected) => {
  expect(isAllowEntry(entry)).toBe(expected);
});
