import { describe, expect, it } from 'vitest';
import { findObstacle, type RemovalFacts } from '../../../src/replication/step/obstacle.ts';

function makeFacts(change: Partial<RemovalFacts> = {}): RemovalFacts {
  return {
    address: { kind: 'qemu', node: 'pve1', vmid: 10001 },
    isProtected: false,
    haManaged: false,
    jobs: [],
    clones: [],
    running: false,
    stop: true,
    missingRights: [],
    ...change,
  };
}

describe('findObstacle', () => {
  it('finds none for a guest of ours that nobody holds on to, running or not', () => {
    expect(findObstacle(makeFacts())).toBeUndefined();
    expect(findObstacle(makeFacts({ running: true }))).toBeUndefined();
  });

  it.each([
    ['PROTECTED', { isProtected: true }, /qm set 10001 --protection 0$/],
    ['HA_MANAGED', { haManaged: true }, /ha-manager remove vm:10001$/],
    ['REPLICATION_JOB', { jobs: ['10001-0'] }, /pvesr delete 10001-0$/],
    ['HAS_LINKED_CLONES', { clones: [10002, 10003] }, /10002, 10003/],
    ['RUNNING', { running: true, stop: false }, /is running/],
    [
      'FORBIDDEN',
      { running: true, missingRights: ['VM.PowerMgmt'] },
      /which runs, .* VM\.PowerMgmt on \/vms\/10001/,
    ],
    [
      'LOCKED',
      { lock: { name: 'backup', held: true } },
      /locked \(backup\) and stays until the lock is off\.$/,
    ],
    ['LOCKED', { lock: { name: 'clone', held: false } }, /run "qm unlock 10001" on pve1\.$/],
  ] as const)('%s: says what would have to be done', (code, change, words) => {
    const obstacle = findObstacle(makeFacts(change));
    expect(obstacle?.code).toBe(code);
    expect(obstacle?.message).toMatch(words);
  });

  it('names the tools of containers', () => {
    const address = { kind: 'lxc', node: 'pve1', vmid: 200 } as const;
    expect(findObstacle(makeFacts({ address, isProtected: true }))?.message).toContain('pct set 200');
    expect(findObstacle(makeFacts({ address, haManaged: true }))?.message).toContain('remove ct:200');
  });

  it('puts what a person decided before what will pass', () => {
    const all = { isProtected: true, haManaged: true, lock: { name: 'backup', held: true } };
    expect(findObstacle(makeFacts({ ...all, missingRights: ['VM.Allocate'] }))?.code).toBe('PROTECTED');
  });
});
