import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  findMarkers,
  formatMarker,
  markDescription,
  maxDescriptionLength,
  parseMarker,
  stripMarkers,
  type Marker,
} from '../../../src/inventory/lineage/marker.ts';

const hex = fc.stringMatching(/^[0-9a-f]{16}$/);
const vmid = fc.integer({ min: 100, max: 999_999_999 });
const lineage = {
  kind: fc.constantFrom('replica' as const, 'class-base' as const, 'teacher' as const, 'student' as const),
  vmid,
  source: vmid,
  generation: hex,
  token: fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
};
const marker: fc.Arbitrary<Marker> = fc.oneof(
  fc.record(lineage),
  fc.record({ ...lineage, classId: fc.integer({ min: 1, max: 999_999_999 }) }),
);
/** Descriptions that hold no marker line of their own; Proxmox cuts trailing white space. */
const text = fc
  .string({ unit: 'binary', maxLength: 300 })
  .filter((one) => !one.includes('template-hub: v') && !/[\r\0]/.test(one))
  .map((one) => one.trimEnd());

const sample: Marker = {
  kind: 'replica',
  vmid: 201,
  source: 111,
  generation: 'ab12cd34ab12cd34',
  token: 'k3J_9-x',
};

describe('the lineage marker', () => {
  it('is one readable line', () => {
    expect(formatMarker(sample)).toMatch(
      /^template-hub: v1 kind=replica vmid=201 source=111 generation=ab12cd34ab12cd34 token=k3J_9-x check=[0-9a-f]{8}$/,
    );
    expect(formatMarker({ ...sample, classId: 5 })).toContain(' class=5 token=');
  });

  it('comes back from any description', () => {
    fc.assert(
      fc.property(text, marker, (description, one) => {
        const marked = markDescription(description, one);
        expect(parseMarker(marked, one.vmid)).toEqual(one);
        expect(stripMarkers(marked)).toBe(description);
      }),
    );
  });

  it('says nothing about a clone that inherited it', () => {
    fc.assert(
      fc.property(marker, vmid, (one, other) => {
        fc.pre(other !== one.vmid);
        expect(parseMarker(formatMarker(one), other)).toBeUndefined();
        expect(findMarkers(formatMarker(one))).toEqual([one]);
      }),
    );
  });

  it('gives way to the clone’s own', () => {
    fc.assert(
      fc.property(text, marker, marker, (description, first, second) => {
        const marked = markDescription(markDescription(description, first), second);
        expect(findMarkers(marked)).toEqual([second]);
        expect(stripMarkers(marked)).toBe(description);
      }),
    );
  });

  it('is none once any character is changed or lost', () => {
    fc.assert(
      fc.property(marker, fc.nat(), fc.constantFrom('', 'x', '0', ' '), (one, at, put) => {
        const line = formatMarker(one);
        const place = at % line.length;
        const damaged = line.slice(0, place) + put + line.slice(place + 1);
        fc.pre(damaged !== line);
        expect(findMarkers(damaged)).toEqual([]);
      }),
    );
  });

  it('never makes a description too long, and is never cut itself', () => {
    fc.assert(
      fc.property(fc.integer({ min: 8000, max: 9000 }), marker, (length, one) => {
        const marked = markDescription('ü'.repeat(length), one);
        expect(marked.length).toBeLessThanOrEqual(maxDescriptionLength);
        expect(parseMarker(marked, one.vmid)).toEqual(one);
      }),
    );
  });

  it('is found among other lines and Windows line ends', () => {
    expect(parseMarker(`# Title\r\n\r\n  ${formatMarker(sample)}\r\nmore`, 201)).toEqual(sample);
    expect(parseMarker(undefined, 201)).toBeUndefined();
    expect(stripMarkers('template-hub: v1 kind=replica vmid=…\nkept')).toBe('kept');
  });
});
