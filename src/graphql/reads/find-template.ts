import { all, type SqlValue } from '../../store/sql/sql.ts';
import { RequestError } from '../errors.ts';
import { readNamedRow } from '../row-id.ts';
import { equalColumns } from '../rows/equal-columns.ts';
import type { RowsRead } from '../fields/root-read.ts';

/** The ways to name a template. */
interface TemplateName {
  readonly id?: string | null;
  readonly databaseId?: number | null;
  readonly clusterId?: string | null;
  readonly vmid?: number | null;
}

/** What a template is found by: its own number, or its place. */
type TemplateKey = Readonly<Record<string, SqlValue>>;

/** One template. Of several rows with a VMID of a cluster, one that is there goes before one that is missing. */
export const oneTemplate: RowsRead<TemplateName, TemplateKey> = {
  kind: 'one',
  list: {
    model: 'Template',
    orders: [
      { column: 'missingSince', direction: 'asc' },
      { column: 'id', direction: 'asc' },
    ],
    where: (key, row) => all(equalColumns(key, row)),
    limit: 1,
  },
  read: readTemplateKey,
};

/**
 * Reads which template is meant.
 *
 * @throws {RequestError} BAD_USER_INPUT when that is not said, or said twice.
 */
function readTemplateKey({ clusterId, vmid, ...named }: TemplateName): TemplateKey {
  const id = readNamedRow('Template', named);
  const place = [clusterId, vmid].filter((one) => one !== null && one !== undefined);
  if (id !== undefined && place.length === 0) return { id };
  if (id === undefined && typeof clusterId === 'string' && typeof vmid === 'number')
    return { clusterId, vmid };
  throw new RequestError(
    'BAD_USER_INPUT',
    'say which template by "id", by "databaseId", or by "clusterId" and "vmid"',
  );
}
