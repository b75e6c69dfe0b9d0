import type { HaState, WorldSnapshot } from '../world.ts';
import { refuse } from '../errors.ts';
import { digestConfig, type GuestConfig } from './config-text.ts';

export type GuestType = 'qemu' | 'lxc';

/** A guest: its configuration file and whether it runs. */
export interface Guest {
  readonly vmid: number;
  readonly type: GuestType;
  node: string;
  readonly config: GuestConfig;
  readonly snapshots: Map<string, WorldSnapshot>;
  running: boolean;
  /** Epoch seconds of the start; 0 when stopped. */
  startedAt: number;
  pid: number;
  /** What high availability was asked to keep it in; undefined when it does not know the guest. */
  ha: HaState | undefined;
}

/** The guests of a cluster. Every change goes through `change`, so that statistics are taken before it. */
export class GuestBook {
  readonly #guests = new Map<number, Guest>();
  readonly #beforeChange: () => void;
  #revision = 0;

  constructor(beforeChange: () => void) {
    this.#beforeChange = beforeChange;
  }

  /** Counts up with every change. */
  get revision(): number {
    return this.#revision;
  }

  get(vmid: number): Guest | undefined {
    return this.#guests.get(vmid);
  }

  /** The guest of this id, type and node. */
  find(vmid: number, type: GuestType, node: string): Guest | undefined {
    const guest = this.#guests.get(vmid);
    return guest?.type === type && guest.node === node ? guest : undefined;
  }

  list(): Guest[] {
    return [...this.#guests.values()];
  }

  add(guest: Guest): void {
    this.#touch();
    this.#guests.set(guest.vmid, guest);
  }

  remove(vmid: number): void {
    this.#touch();
    this.#guests.delete(vmid);
  }

  change(guest: Guest, apply: (guest: Guest) => void): void {
    this.#touch();
    apply(guest);
  }

  #touch(): void {
    this.#beforeChange();
    this.#revision += 1;
  }
}

/** A stopped guest with this configuration. */
export function createGuest(
  place: Pick<Guest, 'vmid' | 'type' | 'node'>,
  config: Iterable<readonly [string, string]>,
): Guest {
  return {
    ...place,
    config: new Map(config),
    snapshots: new Map(),
    running: false,
    startedAt: 0,
    pid: 0,
    ha: undefined,
  };
}

export function isTemplate(guest: Guest): boolean {
  return guest.config.get('template') === '1';
}

/** Refuses when the guest is protected; `what` begins the sentence. */
export function requireUnprotected(guest: Guest, what: string): void {
  if (guest.config.get('protection') === '1') throw refuse(`${what} - protection mode enabled`);
}

/** SHA-1 of the guest's file. */
export function digestGuest(guest: Guest): string {
  return digestConfig(guest.config);
}

/** Path of the file below /etc/pve, as in messages. */
export function describeConfigPath(type: GuestType, node: string, vmid: number): string {
  return `nodes/${node}/${type === 'qemu' ? 'qemu-server' : 'lxc'}/${vmid}.conf`;
}
