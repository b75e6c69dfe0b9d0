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

/** `1.2 GiB of 8.0 GiB, 105 MiB/s, 1m 10s left`; what is not known is left out. */
export function formatTransfer(transfer: { done: bigint; total: bigint; bytesPerSecond?: number }): string {
  const { done, total, bytesPerSecond = 0 } = transfer;
  if (total === 0n) return '';
  const parts = [`${formatBytes(done)} of ${formatBytes(total)}`];
  if (bytesPerSecond > 0) {
    parts.push(
      `${formatBytes(bytesPerSecond)}/s`,
      `${formatSeconds(Number(total - done) / bytesPerSecond)} left`,
    );
  }
  return parts.join(', ');
}
