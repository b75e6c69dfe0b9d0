import { z } from 'zod';
import { NodeState, StepPhase, TemplateState } from '../../../prisma/generated/sqlite/enums.ts';
import { writeFacts } from '../../store/sql/fact.ts';
import type { RowRef } from '../../store/sql/row-ref.ts';
import { all, join, sql, type Sql } from '../../store/sql/sql.ts';
import type { GatheredRead } from '../fields/field-read.ts';
import { isReplicaOf } from '../rows/lineage.ts';
import { placeOnNode, type Placement } from './place-on-node.ts';

const stepFacts = z
  .tuple([z.enum(StepPhase), z.int().nullable(), z.string().nullable(), z.string().nullable()])
  .transform(([phase, vmid, errorCode, errorMessage]) => ({ phase, vmid, errorCode, errorMessage }));
const replicaFacts = z
  .tuple([z.int(), z.enum(TemplateState)])
  .transform(([vmid, state]) => ({ vmid, state }));
const nodeFacts = z.tuple([
  z.tuple([z.string(), z.enum(NodeState)]),
  replicaFacts.nullable(),
  stepFacts.nullable(),
]);
const placementFacts = z.tuple([z.tuple([z.int(), z.string().nullable()]), z.array(nodeFacts)]);

/** What is the case for an original on every node of its cluster, by name. A replica has no placements of its own. */
export const placements: GatheredRead<Placement[]> = {
  kind: 'gathered',
  write: (original) => writeList([writeFacts(original, ['vmid', 'node']), writeNodes(original)]),
  finish: (gathered) => {
    const [[vmid, home], nodes] = placementFacts.parse(gathered);
    return nodes.map(([[name, state], replica, step]) =>
      placeOnNode({ vmid, node: home }, { name, state }, { replica, step }),
    );
  },
};

function writeNodes(original: RowRef): Sql {
  const node = original.beside('Node');
  const inCluster = sql`${node.column('clusterId')} = ${original.column('clusterId')}`;
  const facts = writeList([
    writeFacts(node, ['name', 'state']),
    writeReplica(original, node),
    writeStep(original, node),
  ]);
  const isOriginal = sql`${original.column('isReplica')} = FALSE`;
  return sql`(SELECT concat('[', string_agg(facts, ','), ']') FROM (
    SELECT ${facts} AS facts FROM ${node.from}
    WHERE ${all([isOriginal, inCluster])} ORDER BY ${node.column('name')}) AS nodes)`;
}

/** The replica of an original that is on a node; null where none is. */
function writeReplica(original: RowRef, node: RowRef): Sql {
  const replica = node.beside('Template');
  const isThere = all([
    isReplicaOf(replica, original),
    sql`${replica.column('isClassTemplate')} = FALSE`,
    sql`${replica.column('state')} <> 'MISSING'`,
    sql`${replica.column('node')} = ${node.column('name')}`,
  ]);
  const facts = writeFacts(replica, ['vmid', 'state']);
  return firstOrNull(
    sql`SELECT ${facts} FROM ${replica.from} WHERE ${isThere} ORDER BY ${replica.column('id')}`,
  );
}

/** The latest step that copies an original to a node and is under way or failed; null where none is. */
function writeStep(original: RowRef, node: RowRef): Sql {
  const step = node.beside('ReplicationStep');
  const isOpen = all([
    sql`${step.column('clusterId')} = ${original.column('clusterId')}`,
    sql`${step.column('sourceVmid')} = ${original.column('vmid')}`,
    sql`${step.column('targetNode')} = ${node.column('name')}`,
    sql`${step.column('kind')} = 'REPLICA'`,
    sql`${step.column('phase')} NOT IN ('DONE', 'CANCELLED')`,
  ]);
  const facts = writeFacts(step, ['phase', 'vmid', 'errorCode', 'errorMessage']);
  return firstOrNull(
    sql`SELECT ${facts} FROM ${step.from} WHERE ${isOpen} ORDER BY ${step.column('id')} DESC`,
  );
}

function writeList(facts: readonly Sql[]): Sql {
  return sql`concat('[', ${join([...facts], `, ',', `)}, ']')`;
}

function firstOrNull(select: Sql): Sql {
  return sql`coalesce((${select} LIMIT 1), 'null')`;
}
