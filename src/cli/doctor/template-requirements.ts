import { listNeededRights } from '../../inventory/observe/needed-rights.ts';
import type { ObservedTemplate } from '../../inventory/observe/observation.ts';
import type { Requirement } from './requirements.ts';

/** Rights that only some templates need: all others are copied without them. */
export function listTemplateRequirements(
  templates: readonly Pick<ObservedTemplate, 'vmid' | 'details'>[],
): Requirement[] {
  const needed = templates.flatMap(({ vmid, details }) =>
    details ? listNeededRights(details).map((right) => ({ ...right, vmid })) : [],
  );
  return [...Map.groupBy(needed, ({ path }) => path)].map(([path, rights]) => ({
    path,
    privileges: [...new Set(rights.map(({ privilege }) => privilege))],
    below: false,
    purpose: `copying ${rights.map(({ vmid, key }) => `template ${vmid} with its ${key}`).join(', ')}`,
    optional: true,
  }));
}
