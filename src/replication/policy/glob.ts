/**
 * Whether `text` fits a pattern in which `*` stands for any characters and `?` for one. Case counts. Patterns come from
 * the API, so only the last star is ever tried again: the time grows with the lengths, not with the number of stars.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  const wanted = Array.from(pattern);
  const given = Array.from(text);
  let place = 0;
  let star: { after: number; taken: number } | undefined;
  for (let index = 0; index < given.length;) {
    if (wanted[place] === '*') {
      place += 1;
      star = { after: place, taken: index };
    } else if (wanted[place] === '?' || wanted[place] === given[index]) {
      place += 1;
      index += 1;
    } else if (star !== undefined) {
      // The last star takes one character more.
      star.taken += 1;
      index = star.taken;
      place = star.after;
    } else return false;
  }
  return wanted.slice(place).every((character) => character === '*');
}

/** Whether `text` fits any of the patterns. */
export function matchesAny(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => matchesGlob(pattern, text));
}
