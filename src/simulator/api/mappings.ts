import type { Handlers, Handler } from './call.ts';

const privileges = ['Mapping.Modify', 'Mapping.Use', 'Mapping.Audit'];

/** Devices of the hosts that have a name for the whole cluster. */
export const mappingHandlers: Handlers = {
  'GET /cluster/mapping/pci': listMappings('pci'),
  'GET /cluster/mapping/usb': listMappings('usb'),
  'GET /cluster/mapping/dir': listMappings('dir'),
};

function listMappings(type: 'pci' | 'usb' | 'dir'): Handler {
  return ({ cluster, identity, parameters }) => {
    const node = parameters.text('check-node');
    return cluster.world.mappings
      .filter((mapping) => mapping.type === type)
      .filter(({ id }) =>
        privileges.some((one) => cluster.permissions.has(identity, `/mapping/${type}/${id}`, one)),
      )
      .map(({ id, nodes }) => ({
        id,
        type,
        map: nodes.map((one) => `node=${one}`),
        ...(node === undefined
          ? {}
          : {
              checks: nodes.includes(node)
                ? []
                : [{ severity: 'warning', message: `No mapping for node ${node}.` }],
            }),
      }));
  };
}
