// The `ms` release that the Temporal SDK depends on hides its types from modern module resolution, which turns
// `Duration` into `any` and lets `startToCloseTimeout: 'banana'` compile. No import or export may stand at the top.
declare module 'ms' {
  type Unit =
    | 'Years' | 'Year' | 'Yrs' | 'Yr' | 'Y' | 'Weeks' | 'Week' | 'W' | 'Days' | 'Day' | 'D'
    | 'Hours' | 'Hour' | 'Hrs' | 'Hr' | 'H' | 'Minutes' | 'Minute' | 'Mins' | 'Min' | 'M'
    | 'Seconds' | 'Second' | 'Secs' | 'Sec' | 's'
    | 'Milliseconds' | 'Millisecond' | 'Msecs' | 'Msec' | 'Ms';
  type AnyCase = Unit | Uppercase<Unit> | Lowercase<Unit>;
  export type StringValue = `${number}` | `${number}${AnyCase}` | `${number} ${AnyCase}`;
}
