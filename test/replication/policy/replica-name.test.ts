import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameReplica, sanitizeName } from '../../../src/replication/policy/replica-name.ts';

const parts = { name: 'ubuntu-22.04-template', node: 'pve2', vmid: 111 };
const pattern = '<name>-replica';
const dnsName =
  /^(?=.{1,63}$)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*$/;

describe('nameReplica', () => {
  it.each<[string, Partial<typeof parts>, string]>([
    [pattern, {}, 'ubuntu-22.04-template-replica'],
    ['<name>-<node>', {}, 'ubuntu-22.04-template-pve2'],
    ['r<vmid>.<node>', {}, 'r111.pve2'],
    [pattern, { name: 'Übung_1 (alt)' }, 'Ubung-1-alt-replica'],
    [pattern, { name: '???' }, 'replica'],
    ['<name>', { name: '???' }, 'template-111'],
    [pattern, { name: 'x'.repeat(80) }, `${'x'.repeat(55)}-replica`],
    ['<name>', { name: '--a--b-.-c-' }, 'a--b.c'],
    [pattern, { name: 'web--2024---old' }, 'web--2024---old-replica'],
    ['<name>', { name: 'a - b_-_c' }, 'a-b-c'],
  ])('%s with %o', (given, more, expected) => {
    expect(nameReplica(given, { ...parts, ...more })).toBe(expected);
  });

  it('is a name Proxmox takes, of at most 63 characters, and never loses its end', () => {
    const name = fc.string({ unit: 'grapheme', maxLength: 120 });
    fc.assert(
      fc.property(name, fc.constantFrom('pve1', 'node-with-a-long-name-12'), (text, node) => {
        const plain = nameReplica(pattern, { ...parts, name: text, node });
        expect(plain).toMatch(dnsName);
        expect(plain.endsWith('replica')).toBe(true);
        expect(nameReplica('<name>-on-<node>', { ...parts, name: text, node })).toMatch(
          new RegExp(`on-${node}$`),
        );
        expect(nameReplica('<name><name>', { ...parts, name: text, node })).toMatch(dnsName);
      }),
    );
  });

  it('leaves alone what is right', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z][a-z0-9]{0,10}(-{1,3}[a-z0-9]{1,5})?(\.[a-z0-9]{1,8})?$/),
        (name) => {
          expect(sanitizeName(name)).toBe(name);
          expect(sanitizeName(sanitizeName(name))).toBe(name);
        },
      ),
    );
  });
});
