import { unknownFacts } from '../../inventory/observe/cluster-facts.ts';
import type { Preparation } from './plan.ts';
import type { Warning } from './reason.ts';
import type { Route } from './route.ts';
import { reachFile } from './start-obstacles.ts';
import type { World } from './world.ts';
import type { SeenItem } from './item.ts';

/** What the copy's configuration loses on its way, and what is worth telling of it. */
export function prepareCopy(
  { seen, vmid }: SeenItem,
  { target, route, world }: { target: string; route: Route; world: World },
): { prepare: Preparation; warnings: Warning[] } {
  const { disks, protection, onboot, needs } = seen.details;
  const { facts = unknownFacts, storages } = world;
  const isShared = (storage: string) => {
    const there = storages.find(target, storage);
    return there?.shared === true && there.active;
  };
  const detached = disks.filter(({ cdrom, storage, hostDrive }) =>
    storage === undefined ? hostDrive && route.migrate !== undefined : cdrom && !isShared(storage),
  );
  const script = needs.files.find(({ key }) => key === 'hookscript');
  // Only root's own login may change it; for all others the copy keeps what the template has.
  const drop =
    script !== undefined &&
    facts.isRoot &&
    reachFile(script, { node: target, facts, storages }) === 'MISSING';
  const remove = [protection && 'protection', onboot && 'onboot', drop && 'hookscript'];
  return {
    prepare: {
      detach: detached.map(({ drive }) => drive),
      remove: remove.filter((key) => key !== false),
    },
    warnings: [
      ...detached.map(({ drive, volume }): Warning => ({
        code: 'CD_EMPTIED',
        message: `CD drive ${drive} of the replica on node ${target} is empty: ${volume ?? "the host's drive"} of template ${vmid} cannot be taken there`,
      })),
      ...(drop
        ? [
            {
              code: 'HOOK_SCRIPT_REMOVED' as const,
              message: `The replica on node ${target} has no hook script: ${script.volume} is not there`,
            },
          ]
        : []),
    ],
  };
}
