import { classesScenario } from './classes-scenario.ts';
import { replicationScenario } from './replication-scenario.ts';
import type { Scenario } from './support/scenario.ts';

/** Scenarios by the name that is given to other processes. */
export const scenarios: Readonly<Record<string, () => Scenario>> = {
  replication: replicationScenario,
  classes: () => classesScenario(),
  'classes-shared': () => classesScenario({ shared: true }),
};

export function findScenario(name: string): Scenario {
  const build = scenarios[name];
  if (build !== undefined) return build();
  throw new Error(`no scenario "${name}"; there are: ${Object.keys(scenarios).join(', ')}`);
}
