import type { GuestNeeds } from './cluster-facts.ts';
import { listNeededRights } from './needed-rights.ts';
import type { ObservedStorage } from './observation.ts';

/** What is to be asked of a cluster, each thing once, sorted. */
export interface Questions {
  /** Nodes whose bridges matter. */
  bridges: string[];
  /** `node/storage` whose files matter. */
  files: string[];
  /** Storages that no node has, as far as was seen. */
  storages: string[];
  /** `pci/gpu`. */
  mappings: string[];
  /** Paths of rights. */
  paths: string[];
}

export interface QuestionInput {
  guests: readonly GuestNeeds[];
  nodes: readonly string[];
  storages: readonly ObservedStorage[];
}

/** What these guests need to know of these nodes. Pure. */
export function listQuestions({ guests, nodes, storages }: QuestionInput): Questions {
  const needs = guests.map((guest) => guest.needs);
  const mappings = needs.flatMap(({ devices }) => devices.flatMap(({ mapping }) => mapping ?? []));
  const files = needs.flatMap((one) => one.files.map(({ storage }) => storage));
  const seen = new Set(storages.map(({ name }) => name));
  const named = guests.flatMap(({ disks }) =>
    disks.flatMap(({ cdrom, storage }) => (cdrom && storage !== undefined ? [storage] : [])),
  );
  return {
    bridges: needs.some(({ cards }) => cards.length > 0) ? unique(nodes) : [],
    files: unique(storages.filter(({ name, active }) => active && files.includes(name)).map(toKey)).filter(
      (key) => nodes.includes(key.split('/')[0] ?? ''),
    ),
    storages: unique([...files, ...named].filter((name) => !seen.has(name))),
    mappings: unique(mappings),
    paths: unique(guests.flatMap(listNeededRights).map(({ path }) => path)),
  };
}

function toKey({ node, name }: ObservedStorage): string {
  return `${node}/${name}`;
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}
