import { unknownFacts } from '../../inventory/observe/cluster-facts.ts';
import { isCopied } from '../../inventory/lineage/generation.ts';
import type { Preparation } from './plan.ts';
import type { Warning } from './reason.ts';
import type { Route } from './route.ts';
import { findStartObstacles } from './start-obstacles.ts';
import type { World } from './world.ts';
import type { SeenItem } from './item.ts';

interface WarnedStep {
  target: string;
  route: Route;
  prepare: Preparation;
  world: World;
}

/** What a replica has of its host, or misses there: it is made all the same. */
export function warnOfHost({ seen, vmid }: SeenItem, step: WarnedStep): Warning[] {
  const { target, route, prepare, world } = step;
  const { needs, disks } = seen.details;
  const { facts = unknownFacts, storages } = world;
  const files = needs.files.filter(({ key }) => !prepare.remove.includes(key));
  const missing = findStartObstacles({
    guest: { disks, needs: { ...needs, files } },
    node: target,
    facts,
    storages,
  });
  const local = route.migrate === undefined ? needs.devices.filter((device) => device.local) : [];
  return [
    ...missing.map(({ code, message }) => ({
      code,
      message: `${message}: machines like template ${vmid} do not start there`,
    })),
    ...local.map(({ key }): Warning => ({
      code: 'HOST_DEVICE',
      message: `${key} of the replica is a device of whatever node it is on`,
    })),
    ...warnOfNoDisk({ disks, vmid }),
  ];
}

function warnOfNoDisk({
  disks,
  vmid,
}: Pick<SeenItem['seen']['details'], 'disks'> & { vmid: number }): Warning[] {
  if (disks.some(isCopied)) return [];
  const message = `Template ${vmid} has no disk: what is made of it is empty`;
  return [{ code: 'NO_DISK', message }];
}
