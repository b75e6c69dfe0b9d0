const shown = '***';

/** Parameters of a URL that are shown: whatever else there is may be a password. */
const shownParameters = new Set([
  'schema',
  'sslmode',
  'application_name',
  'connection_limit',
  'connect_timeout',
]);

/**
 * A DATABASE_URL (or another URL) with its password replaced by `***`, beside its user or among its parameters. Of one
 * that cannot be read, or may be read in two ways, only the scheme is left.
 */
export function hideUrlPassword(text: string): string {
  if (/^file:/i.test(text)) return text;
  const url = readPlainUrl(text);
  if (!url) return text.replace(/^([a-z][a-z0-9+.-]*:(\/\/)?)?[^]*$/i, `$1${shown}`);
  const user = url.username + (url.password ? `:${shown}` : '');
  const parameters = [...url.searchParams].map(
    ([name, value]) => `${name}=${shownParameters.has(name) ? value : shown}`,
  );
  const query = parameters.length > 0 ? `?${parameters.join('&')}` : '';
  return `${url.protocol}//${user && `${user}@`}${url.host}${url.pathname}${query}`;
}

/** Undefined where a "/", "?" or "#" in the password may have ended the host: then an "@" stands behind it. */
export function readPlainUrl(text: string): URL | undefined {
  const url = URL.parse(text);
  return url === null || `${url.pathname}${url.search}${url.hash}`.includes('@') ? undefined : url;
}
