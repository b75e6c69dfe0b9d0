/** A folder of rules and the tests that ought to notice a change in it, nearest first. */
export interface Area {
  readonly folder: string;
  /** Groups of test files (parts of their paths), tried one after the other until one notices. */
  readonly tests: readonly (readonly string[])[];
}

const field = ['test/field/'];

export const areas: readonly Area[] = [
  { folder: 'src/replication/plan', tests: [['test/replication/plan/'], ['test/replication/'], field] },
  {
    folder: 'src/replication/policy',
    tests: [['test/replication/policy/', 'test/replication/plan/'], ['test/replication/'], field],
  },
  { folder: 'src/inventory', tests: [['test/inventory/'], ['test/replication/'], field] },
  { folder: 'src/classes', tests: [['test/classes/'], ['test/graphql/class'], field] },
  { folder: 'src/proxmox', tests: [['test/proxmox/'], ['test/replication/'], field] },
  { folder: 'src/access', tests: [['test/access/'], ['test/server/access/']] },
  { folder: 'src/graphql/planner', tests: [['test/graphql/planner/'], ['test/graphql/', 'test/rest/']] },
];
