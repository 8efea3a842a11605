export type Batcher<T> = {
  add(item: T): void;
  /** Calls `reach` once everything added before was handled. */
  mark(reach: () => void | Promise<void>): void;
  /** Items that no batch has taken yet. */
  waiting(): number;
  /** Takes nothing on any more; resolves when the batch in hand is done. */
  stop(): Promise<void>;
};

/**
 * Hands on in batches what arrives one by one: everything of one turn of the loop, and while a batch is being handled everything that
 * comes meanwhile. One batch at a time, in order.
 * @param handle gets each batch
 * @param onTaken called when a batch was taken, so that a source held back may go on
 * @param onFailure gets what `handle` or a mark threw; nothing is handled after that
 */
export const batcher = <T>({
  handle,
  onTaken,
  onFailure,
}: {
  handle: (items: T[]) => void | Promise<void>;
  onTaken: () => void;
  onFailure: (error: unknown) => void;
}): Batcher<T> => {
  let items: T[] = [];
  const marks: { after: number; reach: () => void | Promise<void> }[] = [];
  const count = { added: 0, handled: 0 };
  let stopped = false;
  let running: Promise<void> | null = null;

  const markReached = (): boolean => marks[0] !== undefined && marks[0].after <= count.handled;
  const step = async (): Promise<void> => {
    if (markReached()) return marks.shift()!.reach();
    const batch = items;
    items = [];
    onTaken();
    await handle(batch);
    count.handled += batch.length;
  };
  const more = (): boolean => !stopped && (items.length > 0 || markReached());
  const run = async (): Promise<void> => {
    // The input of this turn is read first, so that it makes one batch.
    await new Promise(resolve => setImmediate(resolve));
    try {
      while (more()) await step();
    } catch (error) {
      stopped = true;
      onFailure(error);
    }
    running = null;
  };
  const wake = (): void => {
    if (!stopped) running ??= run();
  };

  return {
    add: item => {
      count.added++;
      items.push(item);
      wake();
    },
    mark: reach => {
      marks.push({ after: count.added, reach });
      wake();
    },
    waiting: () => items.length,
    stop: async () => {
      stopped = true;
      await running;
    },
  };
};
