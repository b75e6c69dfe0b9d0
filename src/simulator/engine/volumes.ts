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
  /** By storage, then by node (or `*`) and name. */
  readonly #storages = new Map<string, Map<string, Volume>>();

  add(volume: Volume): void {
    const volumes = this.#storages.get(volume.storage) ?? new Map<string, Volume>();
    volumes.set(describeKey(volume), volume);
    this.#storages.set(volume.storage, volumes);
  }

  remove(volume: Volume): void {
    this.#storages.get(volume.storage)?.delete(describeKey(volume));
  }

  /** The volume of this name as the node sees it. */
  find(storage: string, name: string, node: string | undefined): Volume | undefined {
    const volumes = this.#storages.get(storage);
    return volumes?.get(describeKey({ name, node })) ?? volumes?.get(describeKey({ name, node: undefined }));
  }

  list(): Volume[] {
    return [...this.#storages.values()].flatMap((volumes) => [...volumes.values()]);
  }

  /** What the storage holds as the node sees it. */
  listOn(storage: string, node: string | undefined): Volume[] {
    return [...(this.#storages.get(storage)?.values() ?? [])].filter(
      (volume) => volume.node === undefined || node === undefined || volume.node === node,
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

function describeKey({ name, node }: Pick<Volume, 'name' | 'node'>): string {
  return `${node ?? '*'}|${name}`;
}
