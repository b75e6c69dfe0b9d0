/**
 * Runs `pveum` commands as a shell on a node would, each against the API: just enough of both for the commands that the
 * README and `hub doctor` give. Whatever else it is given is an error, so that no command passes unread.
 */

/** Sends a request as root@pam. */
export type SendAsRoot = (
  method: string,
  path: string,
  parameters: Record<string, string>,
) => Promise<{ status: number; reason: string; data: unknown }>;

export interface ShellOutcome {
  readonly code: number;
  readonly output: string;
}

interface Command {
  readonly usage: readonly string[];
  readonly method: string;
  path(words: readonly string[]): string;
  parameters?(words: readonly string[]): Record<string, string>;
  /** Options that it takes, of which a beginning that fits no other is enough. */
  readonly options?: readonly string[];
  show?(data: unknown): string;
}

const commands: readonly Command[] = [
  {
    usage: ['role', 'add', '<roleid>'],
    method: 'POST',
    path: () => '/access/roles',
    parameters: ([roleid = '']) => ({ roleid }),
    options: ['privs'],
  },
  {
    usage: ['role', 'modify', '<roleid>'],
    method: 'PUT',
    path: ([roleid]) => `/access/roles/${roleid}`,
    options: ['append', 'privs'],
  },
  {
    usage: ['user', 'add', '<userid>'],
    method: 'POST',
    path: () => '/access/users',
    parameters: ([userid = '']) => ({ userid }),
    options: ['password', 'comment'],
  },
  {
    usage: ['user', 'token', 'add', '<userid>', '<tokenid>'],
    method: 'POST',
    path: ([user = '', token]) => `/access/users/${encodeURIComponent(user)}/token/${token}`,
    options: ['privsep', 'comment', 'expire'],
    show: (data) => JSON.stringify(data),
  },
  {
    usage: ['user', 'permissions', '<userid>'],
    method: 'GET',
    path: () => '/access/permissions',
    parameters: ([userid = '']) => ({ userid }),
    options: ['path'],
    show: showPermissions,
  },
  {
    usage: ['acl', 'modify', '<path>'],
    method: 'PUT',
    path: () => '/access/acl',
    parameters: ([path = '']) => ({ path }),
    options: ['users', 'tokens', 'groups', 'roles', 'propagate'],
  },
];

/** As `pveum user permissions` prints them. */
function showPermissions(data: unknown): string {
  const paths = Object.entries(data ?? {}).flatMap(([path, held]) =>
    Object.entries(held ?? {}).map(([name, below]) => `${path} ${name}${below ? ' (*)' : ''}`),
  );
  return [...paths, "Permissions marked with '(*)' have the 'propagate' flag set."].join('\n');
}

/** One line of a shell: commands joined by `||`, pipes of `grep` and `tr`, and `$(…)` within. */
export async function runShell(line: string, send: SendAsRoot): Promise<ShellOutcome> {
  let outcome: ShellOutcome = { code: 1, output: '' };
  for (const alternative of splitOutside(await substitute(line, send), '||')) {
    outcome = await runPipe(alternative, send);
    if (outcome.code === 0) return outcome;
  }
  return outcome;
}

/** Puts in what the commands of `$(…)` print. */
async function substitute(line: string, send: SendAsRoot): Promise<string> {
  const parts = line.split(/\$\(((?:'[^']*'|[^'()])*)\)/);
  const texts = parts.map(async (part, index) =>
    index % 2 === 0 ? part : (await runPipe(part, send)).output,
  );
  return (await Promise.all(texts)).join('');
}

async function runPipe(text: string, send: SendAsRoot): Promise<ShellOutcome> {
  const [first = '', ...filters] = splitOutside(text, '|');
  let outcome = await runCommand(readWords(first), send);
  for (const filter of filters) outcome = runFilter(readWords(filter), outcome.output);
  return outcome;
}

function runFilter(words: readonly string[], input: string): ShellOutcome {
  const [name, first, second = ''] = words;
  if (name === 'tr' && first === '\\n' && second === ' ')
    return { code: 0, output: input.replaceAll('\n', ' ') };
  if (name !== 'grep' || (first !== '-E' && first !== '-oE'))
    throw new Error(`no such filter: ${words.join(' ')}`);
  const found = input.split('\n').flatMap((line) => {
    if (first === '-E') return new RegExp(second).test(line) ? [line] : [];
    return [...line.matchAll(new RegExp(second, 'g'))].map(([match]) => match);
  });
  return { code: found.length > 0 ? 0 : 1, output: found.map((line) => `${line}\n`).join('') };
}

async function runCommand([program, ...words]: readonly string[], send: SendAsRoot): Promise<ShellOutcome> {
  const command = commands.find(({ usage }) =>
    usage.every((word, index) => (word.startsWith('<') ? words[index] !== undefined : word === words[index])),
  );
  if (program !== 'pveum' || !command) throw new Error(`no such command: ${program} ${words.join(' ')}`);
  const { usage, method, path, parameters, options = [], show } = command;
  const given = usage.flatMap((word, index) => (word.startsWith('<') ? [words[index] ?? ''] : []));
  const sent = { ...parameters?.(given), ...readOptions(words.slice(usage.length), options) };
  const { status, reason, data } = await send(method, path(given), sent);
  return status === 200 ? { code: 0, output: show?.(data) ?? '' } : { code: 255, output: reason };
}

/** Options and their values, `-name` or `--name`; one without a value is switched on. */
function readOptions(words: readonly string[], known: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (let index = 0; index < words.length; index += 1) {
    const name = /^--?([a-z]+)$/.exec(words[index] ?? '')?.[1];
    const fits = known.filter((option) => name !== undefined && option.startsWith(name));
    const [option] = fits;
    if (option === undefined || fits.length > 1) throw new Error(`no such option: ${words[index]}`);
    const value = words[index + 1];
    const hasValue = value !== undefined && !value.startsWith('-');
    found[option] = hasValue ? value : '1';
    if (hasValue) index += 1;
  }
  // The API takes lists with commas as well as with blanks.
  return found;
}

/** Parts of a line between separators that stand outside quotes. */
function splitOutside(line: string, separator: '|' | '||'): string[] {
  const parts = [''];
  for (const token of line.match(/'[^']*'|"[^"]*"|\|\||\||[^'"|]+/g) ?? []) {
    if (token === separator) parts.push('');
    else parts[parts.length - 1] += token;
  }
  return parts;
}

/** Words as a shell parts them, quotes taken off, comments left out. */
function readWords(text: string): string[] {
  const words: string[] = [];
  for (const [word] of text.trim().matchAll(/#.*$|(?:'[^']*'|"[^"]*"|[^\s'"#]+)+/g)) {
    if (!word.startsWith('#')) words.push(word.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'));
  }
  return words;
}
