/** What has been started and must be stopped: the last one first, each one even if another fails to stop. */
export class Teardown {
  private readonly steps: { readonly what: string; readonly stop: () => unknown }[] = [];

  /** @param what named in the error when it does not stop */
  add(what: string, stop: () => unknown): void {
    this.steps.push({ what, stop });
  }

  /** Runs every step once. @throws AggregateError naming what could not be stopped, after all were tried */
  async run(): Promise<void> {
    const failures: Error[] = [];
    for (let step = this.steps.pop(); step !== undefined; step = this.steps.pop()) {
      try {
        await step.stop();
      } catch (error) {
        failures.push(new Error(`could not stop ${step.what}: ${String(error)}`, { cause: error }));
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, failures.map(({ message }) => message).join('; '));
  }
}
