import type { Schedulable } from '../plan/schedule.ts';

/** They wait for the storage's lock, for 10 s at most; more at once than this and some would wait in vain. */
const perStorage = 4;

/** Which linked clones to begin now: they copy nothing, so only the storage's lock limits them. Pure. */
export function chooseLinkedClones<Step extends Schedulable>({
  ready,
  running,
}: {
  ready: readonly Step[];
  running: readonly Schedulable[];
}): Step[] {
  const active: Schedulable[] = [...running];
  return ready.filter((step) => {
    const same = (key: string) => active.filter(({ storages }) => storages.includes(key)).length;
    // The source container is locked while it is cloned.
    const locked = step.guestKind === 'lxc' && active.some(({ copyVmid }) => copyVmid === step.copyVmid);
    if (locked || step.storages.some((key) => same(key) >= perStorage)) return false;
    active.push(step);
    return true;
  });
}
