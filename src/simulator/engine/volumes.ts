/** A volume on a storage. */
export interface Volume {
  readonly storage: string;
  /** The node it is on; undefined on a shared storage. */
  readonly node: string | undefined;
  /** What stands behind the colon of its id. */
  readonly name: string;
  readonly vmid: number | undefined;
  readonly format: string;
  readonly content: string;
  size: number;
  /** Bytes really written. */
  data: number;
  /** Name of the base volume it is a linked clone of. */
  readonly parent: string | undefined;
  /** Epoch seconds. */
  readonly createdAt: number;
}

/** The volumes of a cluster. */
export class VolumeBook {
  readonly #volumes = new Map<string, Volume>();

  add(volume: Volume): void {
    this.#volumes.set(describeKey(volume), volume);
  }

  remove(volume: Volume): void {
    this.#volumes.delete(describeKey(volume));
  }

  /** The volume of this name as the node sees it. */
  find(storage: string, name: string, node: string | undefined): Volume | undefined {
    return (
      this.#volumes.get(describeKey({ storage, name, node })) ??
      this.#volumes.get(describeKey({ storage, name, node: undefined }))
    );
  }

  list(): Volume[] {
    return [...this.#volumes.values()];
  }

  /** What the storage holds as the node sees it. */
  listOn(storage: string, node: string | undefined): Volume[] {
    return this.list().filter(
      (volume) =>
        volume.storage === storage &&
        (volume.node === undefined || node === undefined || volume.node === node),
    );
  }

  /** Linked clones that stand on this base volume. */
  childrenOf(base: Volume): Volume[] {
    return this.listOn(base.storage, base.node).filter((volume) => volume.parent === base.name);
  }
}

export function describeVolume(volume: Pick<Volume, 'storage' | 'name'>): string {
  return `${volume.storage}:${volume.name}`;
}

function describeKey({ storage, name, node }: Pick<Volume, 'storage' | 'name' | 'node'>): string {
  return `${node ?? '*'}|${storage}:${name}`;
}
