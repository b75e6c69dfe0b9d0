import type { ClusterScanned, ReplicationEvents } from './replication/events.ts';
import type { RunRow } from './replication/rows.ts';
import type { Clock } from './time/clock.ts';

/** A trouble that was told and is not over. */
interface Trouble {
  readonly code: string;
  /** Epoch milliseconds. */
  readonly since: number;
}

/** What is told of a cluster, by the code of its last scan. */
const words: Readonly<Record<string, string>> = {
  TLS_UNTRUSTED: 'Cluster shows another certificate: nothing is sent to it',
  UNAUTHENTICATED: 'Cluster refuses the login',
};

/** Codes of a run that failed because of its cluster, which is told already. */
const ofCluster = new Set(['UNREACHABLE', 'TLS_UNTRUSTED', 'UNAUTHENTICATED', 'TIMEOUT']);

/** Where troubles are told; a pino logger fits. */
export interface TroubleLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** Tells each trouble of a cluster once, however often it is met, and once that it is over. */
export class TroubleTeller {
  readonly #logger: TroubleLogger;
  readonly #clock: Clock;
  readonly #scans = new Map<string, Trouble>();
  readonly #runs = new Map<string, Trouble>();

  constructor(logger: TroubleLogger, clock: Clock) {
    this.#logger = logger;
    this.#clock = clock;
  }

  /** Listens to what a replicator meets. */
  listen(events: ReplicationEvents): void {
    events.on('scan', (scan) => this.#takeScan(scan));
    events.on('run', (run) => this.#takeRun(run));
  }

  #takeScan({ clusterId, reached, errorCode }: ClusterScanned): void {
    const code = errorCode ?? (reached ? undefined : 'UNREACHABLE');
    const text = reached
      ? 'Cluster answers in part only'
      : 'Cluster cannot be scanned: its rows stay as they were';
    this.#take(this.#scans, {
      clusterId,
      code,
      text: words[code ?? ''] ?? text,
      over: 'Cluster is scanned again',
    });
  }

  #takeRun({ id, clusterId, status, outcome, errorCode }: RunRow): void {
    if (status !== 'FINISHED' || outcome === 'CANCELLED') return;
    if (outcome === 'FAILED' && ofCluster.has(errorCode ?? '')) return;
    const code = outcome === 'SUCCEEDED' ? undefined : (errorCode ?? outcome ?? 'FAILED');
    const text = `Run ${id} failed, or a part of it`;
    this.#take(this.#runs, { clusterId, code, text, over: 'Runs of the cluster succeed again' });
  }

  #take(
    troubles: Map<string, Trouble>,
    {
      clusterId,
      code,
      text,
      over,
    }: { clusterId: string; code: string | undefined; text: string; over: string },
  ): void {
    const known = troubles.get(clusterId);
    if (known?.code === code) return;
    const now = this.#clock.now();
    if (code === undefined) {
      troubles.delete(clusterId);
      const seconds = known ? Math.round((now - known.since) / 1000) : 0;
      this.#logger.info({ clusterId, code: known?.code, seconds }, over);
      return;
    }
    troubles.set(clusterId, { code, since: known?.since ?? now });
    this.#logger.warn({ clusterId, code }, text);
  }
}
