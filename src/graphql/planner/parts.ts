import { join, raw, sql, type Sql } from '../../store/sql/sql.ts';

/** A text in pieces: those that are known, and SQL expressions for the others, none of which is NULL. */
export type Parts = readonly (string | Sql)[];

/** Most arguments that one call of `concat` is given: PostgreSQL takes 100. */
const maxArguments = 90;

/** Writes pieces as one SQL expression. */
export function joinParts(parts: Parts): Sql {
  const pieces = mergeTexts(parts).map((part) => (typeof part === 'string' ? quote(part) : part));
  const [only] = pieces;
  if (only && pieces.length === 1) return only;
  return concat(pieces);
}

function concat(pieces: readonly Sql[]): Sql {
  if (pieces.length <= maxArguments) return sql`concat(${join([...pieces])})`;
  const calls: Sql[] = [];
  for (let start = 0; start < pieces.length; start += maxArguments)
    calls.push(concat(pieces.slice(start, start + maxArguments)));
  return concat(calls);
}

function mergeTexts(parts: Parts): Parts {
  const merged: (string | Sql)[] = [''];
  for (const part of parts) {
    const last = merged.at(-1);
    if (typeof part === 'string' && typeof last === 'string') merged[merged.length - 1] = last + part;
    else merged.push(part);
  }
  return merged.length > 1 ? merged.filter((part) => part !== '') : merged;
}

/** Only for texts of this program and names of a document, which are letters and digits. */
function quote(text: string): Sql {
  return raw(`'${text.replaceAll("'", "''")}'`);
}
