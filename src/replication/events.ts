import type { RunRow, StepRow } from './rows.ts';

/** A template's row appeared or changed. */
export interface TemplateChanged {
  clusterId: string;
  vmid: number;
  /** Undefined when it is gone. */
  node?: string;
  /** What happened, as stored in TemplateChange. */
  change: string;
}

/** A cluster was scanned: rows are up to date, or the scan failed and `errorCode` says how. */
export interface ClusterScanned {
  clusterId: string;
  reached: boolean;
  templates: number;
  errorCode?: string;
}

/** What listeners hear, by event name. Payloads are rows as they are stored at that moment. */
export interface ReplicationEventMap {
  run: [RunRow];
  step: [StepRow];
  template: [TemplateChanged];
  scan: [ClusterScanned];
}

export type ReplicationEventName = keyof ReplicationEventMap;

export type ReplicationListener<Name extends ReplicationEventName> = (
  ...payload: ReplicationEventMap[Name]
) => void;

type Listeners = { [Name in ReplicationEventName]: Set<ReplicationListener<Name>> };

/** Tells what happens in this process. Another server on the same store tells its own part only. */
export class ReplicationEvents {
  readonly #listeners: Listeners = { run: new Set(), step: new Set(), template: new Set(), scan: new Set() };

  emit<Name extends ReplicationEventName>(name: Name, ...payload: ReplicationEventMap[Name]): void {
    for (const listener of this.#listeners[name]) listener(...payload);
  }

  /** Adds a listener and returns the function that takes it away again. Listeners must not throw. */
  on<Name extends ReplicationEventName>(name: Name, listener: ReplicationListener<Name>): () => void {
    this.#listeners[name].add(listener);
    return () => void this.#listeners[name].delete(listener);
  }
}
