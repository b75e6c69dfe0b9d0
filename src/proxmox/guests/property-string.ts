/** Properties as Proxmox writes them, `host=046d:c52b,usb3=1`; the first value may stand without its key. */
export function parseProperties(text: string, firstKey: string): ReadonlyMap<string, string> {
  const pairs = text
    .split(',')
    .filter((part) => part !== '')
    .map((part): [string, string] => {
      const at = part.indexOf('=');
      return at < 0 ? [firstKey, part] : [part.slice(0, at), part.slice(at + 1)];
    });
  return new Map(pairs);
}
