import { describe, expect, it } from 'vitest';
import type { ClassFacts, DriveUse } from '../../../src/classes/facts/class-facts.ts';
import { findNodeFault, fitStorage } from '../../../src/classes/plan/storage-fit.ts';
import { makeFacts, makeNode, makeStorage } from '../support/facts.ts';

/** A class whose original has these drives, on storages of these types. */
function makeCase(
  drives: readonly [DriveUse, string][],
  change: Partial<ClassFacts['source']> = {},
): ClassFacts {
  const facts = makeFacts();
  const storages = [
    makeStorage({ name: 'dir', type: 'dir' }),
    makeStorage({ name: 'nas', type: 'nfs', shared: true }),
    makeStorage({ name: 'rbd', type: 'rbd', shared: true }),
    makeStorage({ name: 'thick', type: 'lvm' }),
    makeStorage({ name: 'other', type: 'linstor', shared: true }),
  ];
  const named = drives.map(([use, storage], index) => ({ drive: `scsi${index}`, use, storage }));
  return {
    ...facts,
    source: { ...facts.source, drives: named, ...change },
    nodes: facts.nodes.map((node) => ({ ...node, storages })),
  };
}

function fit({ order, source, nodes }: ClassFacts, storage?: string) {
  return fitStorage({ ...order, storage }, source, nodes);
}

describe('fitStorage', () => {
  it('hands copies and clones over where every storage is shared', () => {
    expect(
      fit(
        makeCase([
          ['DISK', 'nas'],
          ['CLOUDINIT', 'rbd'],
        ]),
      ),
    ).toEqual({
      storages: [
        { name: 'nas', shared: true },
        { name: 'rbd', shared: true },
      ],
      unlinkable: undefined,
      copyToTarget: true,
      linkToTarget: true,
      detach: [],
    });
  });

  it.each([
    [
      'a local disk beside a shared one',
      [
        ['DISK', 'nas'],
        ['DISK', 'dir'],
      ],
    ],
    [
      'a local cloud-init drive',
      [
        ['DISK', 'nas'],
        ['CLOUDINIT', 'dir'],
      ],
    ],
  ] as const)('keeps everything on its node for %s', (_what, drives) => {
    const found = fit(makeCase(drives.map(([use, storage]) => [use, storage])));
    expect(found).toMatchObject({ copyToTarget: false, linkToTarget: false });
  });

  it('leaves an image out that only one node reaches: then the bases can be shared, but not the way to them', () => {
    const found = fit(
      makeCase([
        ['DISK', 'nas'],
        ['CD', 'dir'],
      ]),
    );
    expect(found).toMatchObject({ copyToTarget: false, linkToTarget: true, detach: ['scsi1'] });
    expect(
      fit(
        makeCase([
          ['DISK', 'nas'],
          ['CD', 'rbd'],
        ]),
      ).detach,
    ).toEqual([]);
  });

  it.each([
    ['what Proxmox says of proper bases, whatever the type', 'dir', { canLink: false }, 'dir'],
    ['the type, where the volumes are no bases', 'dir', { canLink: false, baseVolumes: false }, undefined],
    ['the type, where the volumes are no bases', 'thick', { canLink: true, baseVolumes: false }, 'thick'],
    ['Proxmox, where the type is not known', 'other', { canLink: true, baseVolumes: false }, undefined],
    ['Proxmox, where the type is not known', 'other', { canLink: false, baseVolumes: false }, 'other'],
    ['the type, for containers on files', 'dir', { kind: 'lxc' as const, baseVolumes: false }, 'dir'],
  ])('decides about linked clones by %s', (_how, storage, change, unlinkable) => {
    expect(fit(makeCase([['DISK', storage]], change)).unlinkable?.storage).toBe(unlinkable);
  });

  it('looks at the storage of the class where it has its own', () => {
    const facts = makeCase([['DISK', 'thick']], { canLink: false });
    expect(fit(facts, 'rbd')).toMatchObject({
      storages: [{ name: 'rbd', shared: true }],
      unlinkable: undefined,
      copyToTarget: false,
      linkToTarget: true,
    });
    expect(fit(makeCase([['DISK', 'rbd']]), 'thick').unlinkable).toEqual({ storage: 'thick', type: 'lvm' });
  });
});

describe('findNodeFault', () => {
  const found = fit(makeCase([['DISK', 'dir']]));

  it.each([
    [makeNode('pve1', { online: false }), 'node pve1 is not online'],
    [makeNode('pve1', { storages: [] }), 'storage dir does not exist on node pve1'],
    [
      makeNode('pve1', { storages: [makeStorage({ name: 'dir', usable: false })] }),
      'is not reachable or not meant',
    ],
  ])('says why a node cannot hold machines', (node, reason) => {
    expect(findNodeFault(node, found)).toContain(reason);
  });

  it('has nothing against a node that can', () => {
    expect(
      findNodeFault(makeNode('pve1', { storages: [makeStorage({ name: 'dir' })] }), found),
    ).toBeUndefined();
  });
});
