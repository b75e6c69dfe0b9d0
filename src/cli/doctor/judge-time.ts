import type { Check } from './check.ts';
import type { NodeTime } from './read-times.ts';

/** More than this makes logins fail on other nodes of the cluster. Seconds. */
const gravestDifference = 60;
const tolerableDifference = 5;
/** No broken clock runs so fast: time is sped up there. */
const spedUp = 1.9;

/** Nodes' clocks against ours; undefined = the node did not tell. */
export function judgeTimes(times: ReadonlyMap<string, NodeTime | undefined>): Check[] {
  const checks = [...times].flatMap(([node, time]) => judgeTime(node, time));
  return checks.length > 0 ? checks : [{ level: 'ok', subject: 'time', message: 'all clocks agree' }];
}

function judgeTime(node: string, time: NodeTime | undefined): Check[] {
  if (time === undefined)
    return [{ level: 'warn', subject: 'time', message: `${node} does not tell its time` }];
  const { ahead, speed = 1 } = time;
  const seconds = Math.abs(Math.round(ahead));
  if (seconds <= tolerableDifference) return [];
  if (speed >= spedUp) {
    const message = `time passes ${Math.round(speed)} times as fast on ${node} as here, as in a simulator`;
    return [{ level: 'ok', subject: 'time', message }];
  }
  const direction = ahead > 0 ? 'ahead of' : 'behind';
  const message = `${node} is ${seconds} s ${direction} this machine`;
  const commands = ['systemctl restart chrony   # on the machine that is wrong'];
  return [{ level: seconds > gravestDifference ? 'fail' : 'warn', subject: 'time', message, commands }];
}
