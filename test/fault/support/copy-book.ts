import type { SimulatorRequest, SimulatorResponse } from '../../../src/simulator/simulator.ts';
import type { SimulatorState } from '../../../src/simulator/state.ts';

/** A full copy that was begun, and what became of it. */
interface Copy {
  readonly source: number;
  readonly vmid: number;
  /** Bytes that the source has written. */
  readonly bytes: number;
  /** How often the world had changed before. */
  readonly epoch: number;
  /** Where it was to go, as far as its requests tell. */
  target: string;
  /** A passing fault has struck it, or the server that made it died: to begin again is right. */
  isExcused: boolean;
  state: 'under way' | 'finished' | 'given up';
}

/**
 * Full copies as the simulator sees them: which were begun, finished and given up. A copy that nothing has struck and that
 * is given up all the same was refused: when the same one is begun again, and nobody has changed anything in between,
 * its bytes were copied for nothing.
 */
export class CopyBook {
  readonly #state: () => SimulatorState;
  readonly #copies: Copy[] = [];
  #epoch = 0;

  constructor(state: () => SimulatorState) {
    this.#state = state;
  }

  /** Somebody has changed the cluster: what was refused may be possible now. */
  change(): void {
    this.#epoch += 1;
  }

  /** Books what a request has done. */
  note({ method, path, body = '' }: SimulatorRequest, { status }: SimulatorResponse): void {
    if (status !== 200 || method === 'GET') return;
    const match = /\/nodes\/[^/]+\/qemu\/(\d+)(?:\/(\w+))?(?:\?|$)/.exec(path);
    if (!match) return;
    const [, vmid, action] = match;
    const form = new URLSearchParams(body);
    const target = form.get('target');
    if (action === 'clone') this.#begin(Number(vmid), form);
    else if (action === 'template') this.#end(Number(vmid), 'finished');
    else if (action === 'migrate' && target !== null) this.#direct(Number(vmid), target);
    else if (action === undefined && method === 'DELETE') this.#end(Number(vmid), 'given up');
  }

  /** A passing fault has struck a request: the copy it is about may be begun again. */
  excuse({ path, body = '' }: { path: string; body?: string | undefined }): void {
    const newid = Number(new URLSearchParams(body).get('newid') ?? 0);
    const named = Number(/\/qemu\/(\d+)/.exec(path)?.[1] ?? 0);
    for (const copy of this.#copies) {
      if (copy.vmid === newid || copy.vmid === named) copy.isExcused = true;
    }
  }

  /** The server has died: everything that it was at may be begun again. */
  excuseAll(): void {
    for (const copy of this.#copies) if (copy.state === 'under way') copy.isExcused = true;
  }

  /** Bytes that were copied again for a refusal that had not changed. */
  get repeated(): number {
    const refused = this.#copies.filter(({ state, isExcused }) => state === 'given up' && !isExcused);
    const groups = Map.groupBy(refused, ({ source, target, epoch }) => `${source} ${target} ${epoch}`);
    return [...groups.values()].flatMap((group) => group.slice(1)).reduce((sum, { bytes }) => sum + bytes, 0);
  }

  #begin(source: number, form: URLSearchParams): void {
    if (form.get('full') === '0') return;
    const cluster = this.#state().clusters[0];
    const volumes = cluster?.volumes.filter((volume) => volume.vmid === source) ?? [];
    const bytes = volumes.reduce((sum, { data }) => sum + data, 0);
    const vmid = Number(form.get('newid'));
    const target = form.get('target') ?? '';
    const begun = { source, vmid, bytes, target, epoch: this.#epoch };
    this.#copies.push({ ...begun, isExcused: false, state: 'under way' });
  }

  #find(vmid: number): Copy | undefined {
    return this.#copies.findLast((copy) => copy.vmid === vmid && copy.state === 'under way');
  }

  #direct(vmid: number, target: string): void {
    const copy = this.#find(vmid);
    if (copy) copy.target = target;
  }

  #end(vmid: number, state: 'finished' | 'given up'): void {
    const copy = this.#find(vmid);
    if (copy) copy.state = state;
  }
}
