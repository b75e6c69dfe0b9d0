import type { Prisma } from '../../../prisma/generated/sqlite/client.ts';
import { builder } from '../builder.ts';
import type { Orders } from '../rows/order.ts';

/** Columns that templates can be ordered by. */
const columns = {
  DATABASE_ID: 'id',
  NAME: 'name',
  VMID: 'vmid',
  NODE: 'node',
  CLUSTER_ID: 'clusterId',
  STATE: 'state',
  DISK_BYTES: 'diskBytes',
  CREATED_AT: 'createdAt',
  LAST_VERIFIED_AT: 'lastVerifiedAt',
} as const satisfies Record<string, keyof Prisma.TemplateOrderByWithRelationInput>;

const OrderDirection = builder.enumType('OrderDirection', {
  description: 'Which end comes first.',
  values: {
    ASC: {
      value: 'asc',
      description: 'The smallest, earliest or first in the alphabet; rows without a value before all.',
    },
    DESC: {
      value: 'desc',
      description: 'The largest, latest or last in the alphabet; rows without a value after all.',
    },
  } as const,
});

const TemplateOrderField = builder.enumType('TemplateOrderField', {
  description: 'What templates can be ordered by.',
  values: {
    DATABASE_ID: { description: 'Number of the row.' },
    NAME: { description: 'Name, by code point.' },
    VMID: { description: 'Their own VMID.' },
    NODE: { description: 'Name of the node.' },
    CLUSTER_ID: { description: 'Id of the cluster.' },
    STATE: { description: 'What is known of them.' },
    DISK_BYTES: { description: 'Sum of the disks.' },
    CREATED_AT: { description: 'When they were first recorded.' },
    LAST_VERIFIED_AT: { description: 'When a scan last saw them.' },
  } as const,
});

export const TemplateOrder = builder.inputType('TemplateOrder', {
  description: 'One thing to order templates by.',
  fields: (t) => ({
    field: t.field({ type: TemplateOrderField, required: true, description: 'What to order by.' }),
    direction: t.field({ type: OrderDirection, required: true, description: 'Which end comes first.' }),
  }),
});

/** Reads an order; the id breaks ties, so that pages neither overlap nor leave rows out. */
export function readOrder(orders: readonly (typeof TemplateOrder.$inferInput)[] | null | undefined): Orders {
  const read = (orders ?? []).map(({ field, direction }) => ({ column: columns[field], direction }));
  return [...read, { column: 'id', direction: 'asc' }];
}
