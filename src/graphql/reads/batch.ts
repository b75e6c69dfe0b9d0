/** Collects the keys that are asked for in one turn of the event loop and loads them together. */
export interface Batch<Key, Value> {
  load(key: Key): Promise<Value>;
}

interface Waiting<Key, Value> {
  readonly key: Key;
  readonly resolve: (value: Value) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Makes a batch.
 *
 * @param loadMany gets every key that was asked for before the event loop went on, and answers by key.
 * @param missing the value of a key without an answer.
 */
export function createBatch<Key, Value>(
  loadMany: (keys: readonly Key[]) => Promise<ReadonlyMap<Key, Value>>,
  missing: Value,
): Batch<Key, Value> {
  let waiting: Waiting<Key, Value>[] = [];
  async function dispatch(): Promise<void> {
    const batch = waiting;
    waiting = [];
    try {
      const values = await loadMany(batch.map(({ key }) => key));
      for (const { key, resolve } of batch) resolve(values.get(key) ?? missing);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
  return {
    load: (key) =>
      new Promise((resolve, reject) => {
        if (waiting.length === 0) setImmediate(() => void dispatch());
        waiting.push({ key, resolve, reject });
      }),
  };
}
