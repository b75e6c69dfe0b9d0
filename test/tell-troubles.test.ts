import { beforeEach, describe, expect, it } from 'vitest';
import { ReplicationEvents } from '../src/replication/events.ts';
import type { RunRow } from '../src/replication/rows.ts';
import { TroubleTeller } from '../src/tell-troubles.ts';
import { DrivenClock } from '../src/time/driven-clock.ts';

let told: string[];
let events: ReplicationEvents;
let clock: DrivenClock;

beforeEach(() => {
  told = [];
  clock = new DrivenClock(0);
  events = new ReplicationEvents();
  const write = (level: string) => (fields: object, message: string) =>
    void told.push(`${level} ${JSON.stringify(fields)} ${message}`);
  new TroubleTeller({ info: write('info'), warn: write('warn') }, clock).listen(events);
});

function scan(errorCode?: string, reached = errorCode === undefined) {
  events.emit('scan', { clusterId: 'lab', reached, templates: 0, errorCode });
}

const at = new Date(0);
const run: RunRow = {
  id: 7,
  kind: 'REPLICATION',
  clusterId: 'lab',
  trigger: 'TIMER',
  status: 'FINISHED',
  outcome: 'SUCCEEDED',
  request: '{}',
  classId: null,
  idempotencyKey: null,
  stepsTotal: 0,
  stepsDone: 0,
  stepsFailed: 0,
  bytesTotal: 0n,
  bytesDone: 0n,
  bytesPerSecond: null,
  progressAt: null,
  errorCode: null,
  errorMessage: null,
  cancelRequestedAt: null,
  createdAt: at,
  startedAt: at,
  finishedAt: at,
  updatedAt: at,
};

describe('a trouble is told once, and once that it is over', () => {
  it.each([
    ['UNREACHABLE', 'Cluster cannot be scanned: its rows stay as they were'],
    ['TLS_UNTRUSTED', 'Cluster shows another certificate: nothing is sent to it'],
    ['UNAUTHENTICATED', 'Cluster refuses the login'],
  ])('a scan that ends as %s', async (code, words) => {
    scan();
    for (let times = 0; times < 3; times += 1) {
      scan(code);
      await clock.advance(60_000);
    }
    scan();
    scan();
    expect(told).toEqual([
      `warn {"clusterId":"lab","code":"${code}"} ${words}`,
      `info {"clusterId":"lab","code":"${code}","seconds":180} Cluster is scanned again`,
    ]);
  });

  it('another trouble of the same cluster is told as well', () => {
    scan('UNREACHABLE');
    scan('UNAUTHENTICATED');
    scan();
    expect(told).toHaveLength(3);
  });

  it('a cluster that answers in part', () => {
    scan('FORBIDDEN', true);
    expect(told).toEqual(['warn {"clusterId":"lab","code":"FORBIDDEN"} Cluster answers in part only']);
  });

  it('runs that fail', () => {
    events.emit('run', { ...run, status: 'RUNNING', outcome: null });
    events.emit('run', { ...run, outcome: 'PARTIAL' });
    events.emit('run', { ...run, outcome: 'PARTIAL' });
    events.emit('run', run);
    expect(told).toEqual([
      'warn {"clusterId":"lab","code":"PARTIAL"} Run 7 failed, or a part of it',
      'info {"clusterId":"lab","code":"PARTIAL","seconds":0} Runs of the cluster succeed again',
    ]);
  });

  it('a run that failed because the cluster does not answer is the cluster’s trouble, which is told already', () => {
    scan('UNREACHABLE');
    events.emit('run', { ...run, outcome: 'FAILED', errorCode: 'UNREACHABLE' });
    expect(told).toHaveLength(1);
  });
});
