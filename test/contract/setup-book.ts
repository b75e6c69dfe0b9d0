import { SetupError, type Layer, type Setup } from './setup.ts';

/** All setups of a run. A part that one of them lacks is taken from another one. */
export class SetupBook {
  readonly #setups: readonly Setup[];

  /** What stands first is preferred. */
  constructor(setups: readonly Setup[]) {
    this.#setups = setups;
  }

  get all(): readonly Setup[] {
    return this.#setups;
  }

  /** The setups for recordings of this version. */
  listFor(pve: string): Setup[] {
    return this.#setups.filter((setup) => setup.pve === pve);
  }

  /** The layers of these names, in this order, as the setup means them. */
  pickLayers(setup: Setup, names: readonly string[]): Layer[] {
    return names.map((name) => {
      const layer = setup.layers[name] ?? this.#findElsewhere(setup, name);
      if (layer !== undefined) return layer;
      throw new SetupError(
        'SETUP_LAYER',
        `There is no layer '${name}': write it under layers, or use another name (${this.#listNames(setup)})`,
      );
    });
  }

  /** Which node listens at an address of the recording. */
  findAddresses(setup: Setup): Setup['addresses'] {
    const known = [setup, ...this.listFor(setup.pve)].map((one) => one.addresses);
    return known.find((addresses) => Object.keys(addresses).length > 0) ?? {};
  }

  #findElsewhere(setup: Setup, name: string): Layer | undefined {
    const [of, layer] = name.split('/', 2);
    // Those of the same version first: files of several versions may have one name.
    const others = [...this.listFor(setup.pve), ...this.#setups];
    if (layer !== undefined)
      return others.find((one) => one.name === of && layer in one.layers)?.layers[layer];
    return this.listFor(setup.pve).find((one) => name in one.layers)?.layers[name];
  }

  #listNames(setup: Setup): string {
    const own = Object.keys(setup.layers);
    const others = this.listFor(setup.pve).filter((one) => one !== setup);
    return [
      ...own,
      ...others.flatMap((one) => Object.keys(one.layers).map((name) => `${one.name}/${name}`)),
    ].join(', ');
  }
}
