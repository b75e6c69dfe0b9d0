import { suggest } from '../../names/did-you-mean.ts';
import { matchesGlob } from './glob.ts';
import type { ReplicationPolicy } from './policy.ts';
import type { Selectable } from './select.ts';

/** What a policy can name of a cluster. */
export interface Nameable {
  readonly nodes: readonly string[];
  readonly storages: readonly string[];
  /** Originals. */
  readonly templates: readonly Pick<Selectable, 'vmid' | 'name'>[];
}

/**
 * Nodes, storages and templates that a policy names and the cluster does not have, a sentence each: mistyped, mostly. Lists that are
 * empty are not known, and nothing follows from them. Pure.
 */
export function findUnknownNames(
  policy: ReplicationPolicy,
  { nodes, storages, templates }: Nameable,
): string[] {
  const { include = [], exclude } = policy.nodes;
  const storageNodes = Object.keys(policy.storage).filter((node) => node !== '*');
  const wanted = [
    ...include.map((name) => ({ key: 'nodes.include', name })),
    ...exclude.map((name) => ({ key: 'nodes.exclude', name })),
    ...storageNodes.map((name) => ({ key: 'storage', name })),
  ];
  return [
    ...wanted
      .filter(({ name }) => nodes.length > 0 && !nodes.some((node) => matchesGlob(name, node)))
      .map(({ key, name }) => describe(key, `node "${name}"`, suggest(name, nodes))),
    ...Object.values(policy.storage)
      .filter((name) => storages.length > 0 && !storages.includes(name))
      .map((name) => describe('storage', `storage "${name}"`, suggest(name, storages))),
    ...findUnknownTemplates(policy, templates),
  ];
}

/** What `templates.include` names is meant to be there; what is excluded may be of another cluster. */
function findUnknownTemplates(
  { templates: { include } }: ReplicationPolicy,
  templates: Nameable['templates'],
): string[] {
  if (include === undefined || templates.length === 0) return [];
  const names = templates.map(({ name }) => name);
  const key = 'templates.include';
  return [
    ...include.names
      .filter((pattern) => !names.some((name) => matchesGlob(pattern, name)))
      .map((pattern) => describe(key, `template "${pattern}"`, suggest(pattern, names))),
    ...include.vmids
      .filter((vmid) => !templates.some((template) => template.vmid === vmid))
      .map((vmid) => describe(key, `template ${vmid}`, '')),
  ];
}

function describe(key: string, what: string, instead: string): string {
  return `The policy's ${key} names ${what}, which the cluster does not have${instead}`;
}
