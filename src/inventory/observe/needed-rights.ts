import type { GuestNeeds } from './cluster-facts.ts';

/** A privilege that a clone needs because of one line of the configuration. */
export interface NeededRight {
  key: string;
  path: string;
  privilege: string;
  /** What the line says of the guest. */
  what: string;
}

/** Rights that cloning this guest needs beyond those that every clone needs; root's own login needs none. */
export function listNeededRights({ needs, disks }: GuestNeeds): NeededRight[] {
  const devices = needs.devices.flatMap(({ key, mapping }) =>
    mapping === undefined
      ? []
      : [
          {
            key,
            path: `/mapping/${mapping}`,
            privilege: 'Mapping.Use',
            what: `the mapped device ${mapping}`,
          },
        ],
  );
  const drives = disks.flatMap(({ drive, hostDrive }) =>
    hostDrive ? [{ key: drive, path: '/', privilege: 'Sys.Console', what: "the host's CD drive" }] : [],
  );
  return [...devices, ...drives];
}
