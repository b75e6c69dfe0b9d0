import { builder } from './builder.ts';

/** Descriptions that a policy and the input for one have in common. */
export const policyFields = {
  paused: 'Nothing is begun while true; the cluster is scanned all the same.',
  mode: 'What is replicated.',
  templates: 'Which templates are replicated.',
  templatesExclude: 'Templates that are not, also when a request names them.',
  nodes: 'To which nodes, by patterns.',
  nodesExclude: 'Patterns of nodes that get nothing; they stand over `include`.',
  storage: 'Where the disks of replicas lie.',
  storageNode: 'Name of the node; `*` for all others.',
  storageName: 'Id of the storage.',
  pool: 'Pool that replicas are made in; an account with rights in a pool only needs one.',
  namePattern: 'Name of a replica; `<name>`, `<node>` and `<vmid>` of the source are put in.',
  vmidFirst: 'The lowest.',
  vmidLast: 'The highest.',
  limits: 'Copies at a time.',
  perSource: 'From one node.',
  perTarget: 'To one node.',
  perStorage: 'On one storage.',
  perCluster: 'In the cluster.',
  quietHours: 'Times of day at which nothing is begun.',
  from: 'When it begins, such as 22:30.',
  to: 'When it ends; the next day when that is not later than `from`.',
  timezone: 'Of `schedule` and `quietHours`, such as Europe/Vienna.',
  sharedStorage: 'What becomes of templates wholly on storage that a node shares.',
  fullCloneOnly: 'What becomes of nodes whose storage can not hold the bases of linked clones (thick LVM).',
  overcommit: 'How many times what is free on thin storage may be promised to copies.',
  sameName: 'What originals of one name on different nodes are.',
  outdated: 'What becomes of replicas of an older generation.',
  orphans: 'What becomes of replicas whose original is gone.',
  names: 'Patterns of names: `*` stands for any characters, `?` for one.',
  tags: 'Patterns of tags.',
  pools: 'Patterns of resource pools.',
  vmids: 'VMIDs.',
} as const;

export const ReplicationMode = builder.enumType('ReplicationMode', {
  description: 'What is replicated by itself.',
  values: {
    ALL_NODES: { description: 'Every template, or what `templates.include` names, to every node.' },
    SELECTED: { description: 'Only what `templates.include` names; nothing without it.' },
    ON_DEMAND: { description: 'Only what a request names.' },
  } as const,
});

export const SharedStorageRule = builder.enumType('SharedStorageRule', {
  description: 'What becomes of templates wholly on storage that a node shares.',
  values: {
    REPLICATE: { value: 'replicate', description: 'They are copied to it too.' },
    SKIP: { value: 'skip', description: 'They are not copied to it.' },
  } as const,
});

export const FullCloneOnlyRule = builder.enumType('FullCloneOnlyRule', {
  description: 'What becomes of nodes whose storage can not hold the bases of linked clones.',
  values: {
    SKIP: { value: 'skip', description: 'They get no replicas.' },
    REPLICATE: { value: 'replicate', description: 'They get replicas all the same.' },
  } as const,
});

export const SameNameRule = builder.enumType('SameNameRule', {
  description: 'What originals of one name on different nodes are.',
  values: {
    SEPARATE: { value: 'separate', description: 'Templates of their own, each copied to every node.' },
    ONE: {
      value: 'one',
      description:
        'One template that was made by hand on each node; it is copied to nodes that have none of them.',
    },
  } as const,
});

export const OutdatedRule = builder.enumType('OutdatedRule', {
  description: 'What becomes of replicas of an older generation.',
  values: {
    REPLACE: { value: 'replace', description: 'They are replaced, new before old.' },
    KEEP: { value: 'keep', description: 'They are kept as they are.' },
  } as const,
});

export const OrphanRule = builder.enumType('OrphanRule', {
  description: 'What becomes of replicas whose original is gone.',
  values: {
    KEEP: { value: 'keep', description: 'They are kept, marked ORPHANED.' },
    REMOVE: { value: 'remove', description: 'They are removed unless something hangs on them.' },
  } as const,
});
