import { HubError } from '../errors/hub-error.ts';

/** One thing that is wrong with the configuration. */
export interface ConfigFault {
  /** Where: a variable's name, or a place in a file such as `clusters.json: [1].host`. */
  readonly where: string;
  /** What is wrong and what to do. */
  readonly message: string;
}

/** The configuration does not hold; carries every fault that was found, not the first one only. */
export class ConfigError extends HubError {
  readonly faults: readonly ConfigFault[];

  constructor(faults: readonly ConfigFault[]) {
    const lines = faults.map((fault) => `  ${fault.where}: ${fault.message}`);
    const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`;
    super('CONFIG_INVALID', `The configuration has ${count}:\n${lines.join('\n')}`);
    this.faults = faults;
  }
}
