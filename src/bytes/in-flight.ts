/** Lets a bounded number of tasks fly at a time while their producer goes on; the first error stops the producer. */
export class InFlight {
  private readonly flying = new Set<Promise<void>>();
  private failure: { readonly error: unknown } | null = null;

  constructor(private readonly width: number) {}

  /**
   * Starts a task, after waiting for room.
   * @throws the error of an earlier task; this one is not started then
   */
  async add(task: () => Promise<void>): Promise<void> {
    while (this.flying.size >= this.width) await Promise.race(this.flying);
    this.throwFailure();
    const flight: Promise<void> = task()
      .catch((error: unknown) => {
        this.failure ??= { error };
      })
      .finally(() => this.flying.delete(flight));
    this.flying.add(flight);
  }

  /** Waits for every task. @throws the first error of them */
  async drain(): Promise<void> {
    await this.settle();
    this.throwFailure();
  }

  /** Waits for every task, whatever becomes of it. */
  async settle(): Promise<void> {
    await Promise.all(this.flying);
  }

  private throwFailure(): void {
    if (this.failure !== null) throw this.failure.error;
  }
}
