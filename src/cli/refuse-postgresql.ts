import { CommandFailed } from './cli-error.ts';

/** PostgreSQL brings tools of its own: which of them to call, and how. The password is left out. */
export function refusePostgresql(tool: 'pg_dump' | 'pg_restore', url: string, file: string): CommandFailed {
  const place = `"${leaveOutPassword(url)}"`;
  const words =
    tool === 'pg_dump'
      ? `pg_dump --format=custom --file=${file} ${place}`
      : `pg_restore --clean --if-exists --no-owner --exit-on-error \\\n    --single-transaction --dbname=${place} ${file}`;
  const when = tool === 'pg_dump' ? 'it may be called while a server runs' : 'stop every server first';
  const message = `The store is PostgreSQL, which has its own tool; ${when}:\n  ${words}\nIt takes the password from PGPASSWORD or ~/.pgpass.`;
  return new CommandFailed('STORE_POSTGRESQL', message);
}

function leaveOutPassword(text: string): string {
  const url = URL.parse(text);
  if (!url) return 'postgresql://…';
  url.password = '';
  url.searchParams.delete('password');
  return url.href;
}
