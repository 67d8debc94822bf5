/** Any activity, whatever it takes and gives. */
export type Activity = (...input: never[]) => Promise<unknown>;

/** The same activities, each called through `call`. */
export function wrapEach<T extends Record<string, Activity>>(
  activities: T,
  call: (work: () => Promise<unknown>, input: readonly unknown[]) => Promise<unknown>,
): T {
  const wrap =
    (activity: Activity): Activity =>
    async (...input) =>
      await call(() => activity(...input), input);
  return Object.fromEntries(Object.entries(activities).map(([name, activity]) => [name, wrap(activity)])) as T;
}
