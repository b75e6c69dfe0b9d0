import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ChangeKind } from '../../prisma/generated/sqlite/enums.ts';
import { joinKinds, wantsChange } from '../../src/webhooks/kinds.ts';

const kind = fc.constantFrom(...Object.values(ChangeKind));

test('a webhook wants the kinds that it names, all when it names none, of its cluster or of all', () => {
  fc.assert(
    fc.property(
      fc.array(kind),
      kind,
      fc.option(fc.constantFrom('lab', 'school')),
      fc.option(fc.constantFrom('lab', 'school')),
      (kinds, happened, wantedCluster, clusterId) => {
        const wants = wantsChange(
          { kinds: joinKinds(kinds), clusterId: wantedCluster },
          { kind: happened, clusterId },
        );
        const ofKind = kinds.length === 0 || kinds.includes(happened);
        expect(wants).toBe(ofKind && (wantedCluster === null || wantedCluster === clusterId));
      },
    ),
  );
});

test('kinds are stored once each, sorted', () => {
  expect(joinKinds(['REMOVED', 'APPEARED', 'REMOVED'])).toBe('APPEARED,REMOVED');
});
