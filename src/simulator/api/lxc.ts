import type { Handlers } from './call.ts';
import type { Endpoint } from './schema.ts';

/** Containers of a node. `options` are the keys of a container's configuration. */
export function makeLxcHandlers(_options: Endpoint['parameters']): Handlers {
  return {};
}
