import type { ReplicationPolicy } from './policy.ts';

const minute = 60_000;
const dayMinutes = 24 * 60;
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

type Hours = Pick<ReplicationPolicy, 'quietHours' | 'timezone'>;

/** Whether no copy may be begun at `now` (epoch milliseconds), by the clocks of the policy's time zone. */
export function inQuietHours(policy: Hours, now: number): boolean {
  return createQuietTest(policy)(now);
}

/** The first whole minute after `now` outside the quiet hours, `now` itself if it is; undefined when they never end. */
export function findQuietEnd(policy: Hours, now: number): number | undefined {
  const isQuiet = createQuietTest(policy);
  if (!isQuiet(now)) return now;
  const first = Math.floor(now / minute) + 1;
  // By the minute: clocks are put forward and back, and a week shows every combination of days.
  for (let step = 0; step <= 8 * dayMinutes; step += 1) {
    const moment = (first + step) * minute;
    if (!isQuiet(moment)) return moment;
  }
  return undefined;
}

/** The first whole minute of the quiet hours that `now` is in; undefined when it is not, or they never began. */
export function findQuietStart(policy: Hours, now: number): number | undefined {
  const isQuiet = createQuietTest(policy);
  if (!isQuiet(now)) return undefined;
  const last = Math.floor(now / minute);
  for (let step = 0; step <= 8 * dayMinutes; step += 1) {
    if (!isQuiet((last - step - 1) * minute)) return (last - step) * minute;
  }
  return undefined;
}

function createQuietTest({ quietHours, timezone }: Hours): (now: number) => boolean {
  if (quietHours.length === 0) return () => false;
  const readWallClock = createWallClock(timezone);
  return (now) => {
    const { day, minutes } = readWallClock(now);
    const yesterday = (day + 6) % 7;
    return quietHours.some(({ from, to, days }) => {
      const [begin, end] = [toMinutes(from), toMinutes(to)];
      if (begin < end) return days.includes(day) && minutes >= begin && minutes < end;
      return (days.includes(day) && minutes >= begin) || (days.includes(yesterday) && minutes < end);
    });
  };
}

function createWallClock(timeZone: string): (now: number) => { day: number; minutes: number } {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (now) => {
    const parts = new Map(format.formatToParts(now).map(({ type, value }) => [type, value]));
    const minutes = Number(parts.get('hour')) * 60 + Number(parts.get('minute'));
    return { day: weekdays.indexOf(parts.get('weekday') ?? ''), minutes };
  };
}

function toMinutes(time: string): number {
  const [hours = '0', minutes = '0'] = time.split(':');
  return Number(hours) * 60 + Number(minutes);
}
