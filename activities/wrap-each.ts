/** Any activity, whatever it takes and returns. */
export type Activity = (...input: never[]) => Promise<unknown>;

/** The same activities, each called through `call`. */
export function wrapEach<T extends Record<string, Activity>>(
  activities: T,
  call: (activity: Activity, input: never[], name: keyof T & string) => Promise<unknown>,
): T {
  const wrap = ([name, activity]: readonly [string, Activity]): readonly [string, Activity] => [
    name,
    async (...input) => await call(activity, input, name),
  ];
  return Object.fromEntries(Object.entries(activities).map(wrap)) as T;
}
