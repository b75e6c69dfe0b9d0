import { HubError } from '../errors/hub-error.ts';

/** One thing that is wrong with the configuration. */
export interface ConfigFault {
  /** Where: a variable's name, or a place in a file such as `clusters.json: [1].host`. */
  readonly where: string;
  /** What is wrong and what to do. */
  readonly message: string;
}

/** The configuration does not hold; carries everything that was found, not the first fault only. */
export class ConfigError extends HubError {
  readonly faults: readonly ConfigFault[];
  /** What is allowed, but may be a mistake all the same: a key that is not known, for instance. */
  readonly warnings: readonly string[];

  constructor(faults: readonly ConfigFault[], warnings: readonly string[] = []) {
    const lines = [
      `The configuration has ${count(faults, 'fault')}:`,
      ...faults.map((fault) => `  ${fault.where}: ${fault.message}`),
      ...(warnings.length > 0 ? [`and ${count(warnings, 'warning')}:`] : []),
      ...warnings.map((warning) => `  ${warning}`),
    ];
    super('CONFIG_INVALID', lines.join('\n'));
    this.faults = faults;
    this.warnings = warnings;
  }
}

function count(list: readonly unknown[], word: string): string {
  return list.length === 1 ? `1 ${word}` : `${list.length} ${word}s`;
}
