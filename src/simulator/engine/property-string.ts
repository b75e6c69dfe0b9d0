/** Reads `host=0000:01:00,pcie=1`: a first part without a key stands for `defaultKey`. */
export function parseProperties(text: string, defaultKey: string): ReadonlyMap<string, string> {
  return new Map(
    text
      .split(',')
      .filter((part) => part !== '')
      .map((part) => {
        const at = part.indexOf('=');
        return at < 0 ? [defaultKey, part] : [part.slice(0, at), part.slice(at + 1)];
      }),
  );
}
