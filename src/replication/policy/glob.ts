/** Whether `text` fits a pattern in which `*` stands for any characters and `?` for one. Case counts. */
export function matchesGlob(pattern: string, text: string): boolean {
  const source = Array.from(pattern, toExpression).join('');
  return new RegExp(`^${source}$`, 'su').test(text);
}

function toExpression(character: string): string {
  if (character === '*') return '.*';
  return character === '?' ? '.' : RegExp.escape(character);
}

/** Whether `text` fits any of the patterns. */
export function matchesAny(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => matchesGlob(pattern, text));
}
