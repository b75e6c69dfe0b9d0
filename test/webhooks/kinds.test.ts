import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ChangeKind, HubEventKind } from '../../prisma/generated/sqlite/enums.ts';
import { joinKinds, wantsChange, wantsEvent } from '../../src/webhooks/kinds.ts';

const kind = fc.constantFrom(...Object.values(ChangeKind));
const eventKind = fc.constantFrom(...Object.values(HubEventKind));

test('a webhook wants the kinds that it names, all when it names none, of its cluster or of all', () => {
  fc.assert(
    fc.property(
      fc.array(kind),
      kind,
      fc.option(fc.constantFrom('lab', 'school')),
      fc.option(fc.constantFrom('lab', 'school')),
      (kinds, happened, wantedCluster, clusterId) => {
        const wants = wantsChange(
          { kinds: joinKinds(kinds), events: '', clusterId: wantedCluster },
          { kind: happened, clusterId },
        );
        const ofKind = kinds.length === 0 || kinds.includes(happened);
        expect(wants).toBe(ofKind && (wantedCluster === null || wantedCluster === clusterId));
      },
    ),
  );
});

test('one that names only changes is told of no event, and the other way round; one that names nothing of both', () => {
  fc.assert(
    fc.property(fc.array(kind), fc.array(eventKind), kind, eventKind, (kinds, events, change, event) => {
      const webhook = { kinds: joinKinds(kinds), events: joinKinds(events), clusterId: null };
      const isOpen = kinds.length === 0 && events.length === 0;
      expect(wantsChange(webhook, { kind: change, clusterId: 'lab' })).toBe(isOpen || kinds.includes(change));
      expect(wantsEvent(webhook, { kind: event, clusterId: 'lab' })).toBe(isOpen || events.includes(event));
    }),
  );
});

test('kinds are stored once each, sorted', () => {
  expect(joinKinds(['REMOVED', 'APPEARED', 'REMOVED'])).toBe('APPEARED,REMOVED');
});
