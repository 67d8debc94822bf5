/** The steps around each effect on AWS or Temporal. A process may die at any of them without losing anything. */
export const CRASH_POINTS = [
  'request.before-put',
  'request.after-put',
  'inventory-job.before-initiate',
  'inventory-job.after-initiate',
  'inventory.downloaded',
  'inventory.before-put',
  'inventory.after-put',
  'archive-job.before-initiate',
  'archive-job.after-initiate',
  'jobs.described',
  'output.opened',
  'whole.before-put',
  'whole.after-put',
  'upload.before-create',
  'upload.after-create',
  'part.before-put',
  'part.after-put',
  'range.done',
  'upload.before-complete',
  'upload.after-complete',
  'upload.before-abort',
  'upload.after-abort',
  'receipts.before-put',
  'receipts.after-put',
  'summary.before-put',
  'summary.after-put',
  'bridge.received',
  'bridge.before-signal',
  'bridge.after-signal',
  'bridge.after-delete',
] as const;
export type CrashPoint = (typeof CRASH_POINTS)[number];

let hook: ((point: CrashPoint) => void) | null = null;

/** Marks a step as reached. Does nothing unless a test has set a hook. */
export const reached = (point: CrashPoint): void => hook?.(point);

/** For tests: `listener` is called at every step of this process, and may end it. */
export function onCrashPoint(listener: (point: CrashPoint) => void): void {
  hook = listener;
}
