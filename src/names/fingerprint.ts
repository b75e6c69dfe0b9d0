/**
 * A certificate's SHA-256 fingerprint in one notation, upper-case hexadecimal with colons, as Proxmox shows it; read
 * with or without colons and blanks, in any case, with or without `SHA256:` before it. Undefined when it is none.
 */
export function parseFingerprint(text: string): string | undefined {
  const digits = text
    .trim()
    .replace(/^sha-?256[:=/ ]?(?=[0-9a-f])/i, '')
    .replaceAll(/[:\s]/g, '')
    .toUpperCase();
  return /^[0-9A-F]{64}$/.test(digits) ? (digits.match(/../g) ?? []).join(':') : undefined;
}
