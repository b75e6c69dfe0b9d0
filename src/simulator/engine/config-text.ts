import { createHash } from 'node:crypto';

/** A guest's options, key to text, as in its file. */
export type GuestConfig = Map<string, string>;

/** The text of a guest's configuration file: description as comment lines, then the keys in order. */
export function renderConfig(config: ReadonlyMap<string, string>): string {
  const description = config.get('description');
  const comments = description === undefined ? '' : renderComments(description);
  const lines = [...config]
    .filter(([key]) => key !== 'description')
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, value]) => `${key}: ${value}\n`);
  return comments + lines.join('');
}

/** SHA-1 of the configuration's text: what `digest` shows and checks. */
export function digestConfig(config: ReadonlyMap<string, string>): string {
  return createHash('sha1').update(renderConfig(config)).digest('hex');
}

function renderComments(description: string): string {
  return `${description.trimEnd()}\n`
    .split('\n')
    .slice(0, -1)
    .map((line) => `#${line.replaceAll('%', '%25')}\n`)
    .join('');
}
