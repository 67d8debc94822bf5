/** Runs a limited number of tasks concurrently while their producer continues; the first error stops the producer. */
export class InFlight {
  private readonly running = new Set<Promise<void>>();
  private failure: { readonly error: unknown } | null = null;

  constructor(private readonly limit: number) {}

  /**
   * Starts a task once fewer than the limit are running.
   * @throws the error of an earlier task; this one is not started then
   */
  async add(task: () => Promise<void>): Promise<void> {
    while (this.running.size >= this.limit) await Promise.race(this.running);
    this.throwFailure();
    const run: Promise<void> = task()
      .catch((error: unknown) => {
        this.failure ??= { error };
      })
      .finally(() => this.running.delete(run));
    this.running.add(run);
  }

  /** Waits for all tasks. @throws the first error */
  async drain(): Promise<void> {
    await this.settle();
    this.throwFailure();
  }

  /** Waits for all tasks, whether they fail or not. */
  async settle(): Promise<void> {
    await Promise.all(this.running);
  }

  private throwFailure(): void {
    if (this.failure !== null) throw this.failure.error;
  }
}
