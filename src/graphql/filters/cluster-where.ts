import { addFilterInput, columnFilter } from './describe-filter.ts';
import { BooleanFilter, StringFilter } from './scalar-filters.ts';

/** What a cluster has to be. */
export const clusterFilter = {
  clusterId: columnFilter('id', StringFilter, 'Id of the clusters file.'),
  name: columnFilter('name', StringFilter, 'Name of the clusters file.'),
  host: columnFilter('host', StringFilter, 'Address as configured.'),
  configured: columnFilter('configured', BooleanFilter, 'Whether the clusters file names it.'),
  paused: columnFilter('paused', BooleanFilter, 'Whether its replication is held.'),
};

export const ClusterWhere = addFilterInput(
  'ClusterWhere',
  'What a cluster has to be. All given fields must hold.',
  clusterFilter,
);
