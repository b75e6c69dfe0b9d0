const versions = ['7.4', '8.4', '9.1', '9.2'];

/** An endpoint in the form of the schema; what changes something runs as root unless the flags say otherwise. */
export function define(id: string, permissions: object, parameters: object = {}, flags: object = {}): object {
  const [method, path] = id.split(' ');
  const usual = { runsAsRoot: method !== 'GET', proxiedToNodeParam: false, allowToken: true };
  return { id, method, path, availability: versions, permissions, parameters, ...usual, ...flags };
}
