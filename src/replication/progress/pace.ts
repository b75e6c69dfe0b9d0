/** The pace of a copy from what was seen of it lately. */
export interface Pace {
  /** Bytes a second as of this look; undefined until there are two of them. */
  look(bytes: bigint, now: number): number | undefined;
}

/** How far back looks count, milliseconds. */
const memory = 20_000;

/** A pace for one copy. */
export function createPace(): Pace {
  let looks: { bytes: bigint; at: number }[] = [];
  return {
    look: (bytes, now) => {
      // One older than the memory is kept: without it a copy that is rarely looked at would have no pace.
      const recent = looks.findLastIndex(({ at }) => at <= now - memory);
      looks = [...looks.slice(Math.max(0, recent)), { bytes, at: now }];
      const [first] = looks;
      if (first === undefined || first.at >= now) return undefined;
      return Math.max(0, (Number(bytes - first.bytes) * 1000) / (now - first.at));
    },
  };
}
