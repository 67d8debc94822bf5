/** One writer's view of a key: whether another write or deletion intervened. */
export interface KeyWatch {
  readonly keyChanged: boolean;
  end(): void;
}

/** Tells writers of a key whether it changed while their write was in progress. Keys without writers cost nothing. */
export class KeyWatches {
  private readonly watches = new Map<string, Set<{ keyChanged: boolean }>>();

  begin(key: string): KeyWatch {
    const state = { keyChanged: false };
    const watching = this.watches.get(key) ?? new Set();
    this.watches.set(key, watching.add(state));
    return {
      get keyChanged() {
        return state.keyChanged;
      },
      end: () => {
        watching.delete(state);
        if (watching.size === 0) this.watches.delete(key);
      },
    };
  }

  /** The current version of the key has changed. */
  changed(key: string): void {
    for (const state of this.watches.get(key) ?? []) state.keyChanged = true;
  }
}
