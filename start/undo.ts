/** What must be undone at the end, in the reverse of the order in which it was done. */
export interface Undo {
  add(name: string, action: () => void | Promise<void>): void;
  /** Runs all, each once; one that fails does not keep the others from running. */
  run(onError: (name: string, error: Error) => void): Promise<void>;
}

export function createUndo(): Undo {
  const actions: { name: string; action: () => void | Promise<void> }[] = [];
  return {
    add: (name, action) => void actions.push({ name, action }),
    async run(onError) {
      for (let next = actions.pop(); next; next = actions.pop()) {
        const { name, action } = next;
        try {
          await action();
        } catch (error) {
          onError(name, error as Error);
        }
      }
    },
  };
}
