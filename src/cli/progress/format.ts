const byteUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** Bytes for people: `1.5 GiB`. */
export function formatBytes(bytes: number | bigint): string {
  let size = Number(bytes);
  let unit = 0;
  while (size >= 1024 && unit < byteUnits.length - 1) {
    size /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || size >= 100 ? 0 : 1;
  return `${size.toFixed(digits)} ${byteUnits[unit] ?? ''}`;
}

/** Seconds for people: `45s`, `3m 05s`, `2h 10m`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const minutes = Math.floor(whole / 60);
  if (minutes === 0) return `${whole}s`;
  if (minutes < 60) return `${minutes}m ${String(whole % 60).padStart(2, '0')}s`;
  return `${Math.floor(minutes / 60)}h ${String(minutes % 60).padStart(2, '0')}m`;
}

/** Bytes on their way. */
export interface Transfer {
  readonly done: bigint;
  readonly total: bigint;
  /** Null or 0 when nothing comes just now. */
  readonly bytesPerSecond?: number | null;
}

/** `1.2 GiB of 8.0 GiB`, and of one unit `1.2 of 8.0 GiB`; empty where nothing is to be copied. */
export function formatShare({ done, total }: Transfer): string {
  if (total === 0n) return '';
  const [amount = '', unit] = formatBytes(done).split(' ');
  const whole = formatBytes(total);
  return `${whole.endsWith(` ${unit ?? ''}`) ? amount : `${amount} ${unit ?? ''}`} of ${whole}`;
}

/** `105 MiB/s`; empty where nothing comes. */
export function formatPace({ bytesPerSecond }: Transfer): string {
  return bytesPerSecond ? `${formatBytes(bytesPerSecond)}/s` : '';
}

/** `1m 10s left`; empty where nobody can tell. */
export function formatLeft({ done, total, bytesPerSecond }: Transfer): string {
  if (!bytesPerSecond || total <= done) return '';
  return `${formatSeconds(Number(total - done) / bytesPerSecond)} left`;
}

/** `1.2 of 8.0 GiB, 105 MiB/s, 1m 10s left`; what is not known is left out. */
export function formatTransfer(transfer: Transfer): string {
  if (transfer.total === 0n) return '';
  return joinParts([formatShare(transfer), formatPace(transfer), formatLeft(transfer)]);
}

/** Parts that are not empty, with commas between them. */
export function joinParts(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(', ');
}
