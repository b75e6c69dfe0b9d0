/** What an installation of a version does differently from others. Figures from the facts sheet, sections 1–3 and 8. */
export interface Behaviour {
  /** Full version: `8.4.21`. */
  readonly version: string;
  /** `8.4`. */
  readonly release: string;
  readonly major: number;
  /** Which column of the schema applies. */
  readonly schema: SchemaVersion;
  /** Error texts stand in the JSON body, not only in the reason phrase. */
  readonly messageInBody: boolean;
  /** Status of an unreadable JSON body, and the line the parser's complaint names. */
  readonly brokenJson: { readonly status: 500 | 501; readonly line: number };
  readonly bodyLimit: number;
  /** A bad ticket or token is refused with its own reason instead of `Authentication failed!`. */
  readonly specificRefusals: boolean;
  readonly sdn: boolean;
  readonly memoryAsText: boolean;
  readonly lxcVmidAsText: boolean;
  readonly nestedPools: boolean;
  /** Cloning to a storage without images is refused in the request. */
  readonly checksCloneContent: boolean;
  /** `for '<volid>' (<drive>)` instead of `for drive '<drive>'`. */
  readonly namesVolume: boolean;
  readonly logsCloneIds: boolean;
  /** How the log of a mirrored drive names KiB. */
  readonly limitUnit: 'KB' | 'KiB';
  /** Tags are sorted when a guest is created. */
  readonly sortsNewTags: boolean;
  readonly extendedLinkedClones: boolean;
  readonly hasMemhost: boolean;
  /** A disk that cannot be removed makes a destroy end with warnings. */
  readonly destroyWarns: boolean;
  /**
   * PUT and POST config look at the digest and the lock in the guest's configuration before they wait for its lock file,
   * which POST does in its task.
   */
  readonly configLockInTask: boolean;
  readonly networkResources: boolean;
  /** The MTU of a virtio card comes from its bridge, which is read while the start's command is composed. */
  readonly readsBridgeSize: boolean;
  /** The log of a task that never was is a list, of one line; before it was the bare line. */
  readonly listsNoLog: boolean;
  /** The status of high availability tells of the watchdogs. */
  readonly tellsWatchdogs: boolean;
}

export type SchemaVersion = '7.4' | '8.4' | '9.1' | '9.2';

/** Derives the behaviour of a version such as `7.4-17`, `8.4.21`, `9.2`. */
export function describeVersion(version: string): Behaviour {
  const [major = 8, minor = 0, patch = 99] = version.split(/[.-]/).map(Number);
  const at = (...wanted: readonly [number, number, number?]): boolean =>
    compare([major, minor, patch], [wanted[0], wanted[1], wanted[2] ?? 0]) >= 0;
  return {
    version,
    release: `${major}.${minor}`,
    major,
    schema: chooseSchema(at),
    messageInBody: at(8, 4),
    brokenJson: { status: at(8, 4) ? 500 : 501, line: at(9, 0) ? 934 : at(8, 4) ? 917 : 867 },
    bodyLimit: (at(8, 4) ? 512 : 64) * 1024,
    specificRefusals: !(at(9, 1, 5) || (major === 8 && at(8, 4, 17))),
    sdn: at(8, 0),
    memoryAsText: at(8, 1),
    lxcVmidAsText: major === 7,
    nestedPools: at(8, 1),
    checksCloneContent: at(8, 4),
    namesVolume: at(8, 4),
    logsCloneIds: at(9, 2),
    limitUnit: at(9, 2) ? 'KiB' : 'KB',
    sortsNewTags: at(9, 0),
    extendedLinkedClones: at(9, 0),
    hasMemhost: at(9, 0),
    destroyWarns: at(9, 2),
    configLockInTask: at(9, 2),
    networkResources: at(9, 0),
    readsBridgeSize: at(9, 0),
    listsNoLog: at(9, 0),
    tellsWatchdogs: at(9, 2),
  };
}

function chooseSchema(at: (major: number, minor: number) => boolean): SchemaVersion {
  if (at(9, 2)) return '9.2';
  if (at(9, 0)) return '9.1';
  return at(8, 0) ? '8.4' : '7.4';
}

function compare(left: readonly number[], right: readonly number[]): number {
  const index = left.findIndex((value, place) => value !== right[place]);
  return index < 0 ? 0 : (left[index] ?? 0) - (right[index] ?? 0);
}
