/**
 * Asks once for all requests that Node found waiting at the same moment: the revision of the store costs more than the
 * rest of a known answer. Those requests were sent before any write that is committed while they are being answered.
 */
export function oncePerTurn<Value>(read: () => Value): () => Value {
  let known: Value | undefined;
  return () => {
    if (known === undefined) {
      known = read();
      setImmediate(() => {
        known = undefined;
      });
    }
    return known;
  };
}
