import { isReplicaOf, isSourceOf } from '../rows/lineage.ts';
import type { LinkRead } from './field-read.ts';

/** The original that a replica was made from. Of several rows the lowest id is taken, as REST does. */
export const sourceLink: LinkRead = {
  kind: 'link',
  model: 'Template',
  orders: [{ column: 'id', direction: 'asc' }],
  where: isSourceOf,
};

/** The copies of a template, class templates among them, by id. */
export const replicaLink: LinkRead = {
  kind: 'link',
  model: 'Template',
  orders: [{ column: 'id', direction: 'asc' }],
  where: isReplicaOf,
};
