const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** A moment for people, seen from `now` (epoch milliseconds): `just now`, `5m ago`, `in 2h`; the date where it is long ago. */
export function formatRelative(time: Date, now: number): string {
  const seconds = Math.round((now - time.getTime()) / 1000);
  const distance = Math.abs(seconds);
  if (distance < 5) return seconds < 0 ? 'now' : 'just now';
  if (distance >= 30 * day) return time.toISOString().slice(0, 10);
  const text = formatDistance(distance);
  return seconds < 0 ? `in ${text}` : `${text} ago`;
}

function formatDistance(seconds: number): string {
  if (seconds < minute) return `${seconds}s`;
  if (seconds < hour) return `${Math.floor(seconds / minute)}m`;
  if (seconds < day) return `${Math.floor(seconds / hour)}h`;
  return `${Math.floor(seconds / day)}d`;
}
