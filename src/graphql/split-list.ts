/** Splits a stored list; Proxmox separates tags by semicolons, Template Hub by commas. */
export function splitList(text: string | null): string[] {
  return (text ?? '').split(/[,;]/).filter((word) => word !== '');
}
