/** What a guest uses and may use. Sizes in bytes, uptime in seconds. */
export interface GuestFigures {
  readonly status: 'running' | 'stopped';
  readonly uptime: number;
  readonly cpu: number;
  readonly maxcpu: number;
  readonly mem: number;
  readonly maxmem: number;
  readonly disk: number;
  readonly maxdisk: number;
  readonly netin: number;
  readonly netout: number;
  readonly diskread: number;
  readonly diskwrite: number;
}
