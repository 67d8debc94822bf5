import type { StoredObject } from './model';

/** The state of an archived object's restoration. */
interface RestoreStatus {
  readonly state: 'none' | 'ongoing' | 'restored';
  /** When the copy expires; 0 where there is none. */
  readonly untilMs: number;
}

export const isArchived = ({ storageClass }: StoredObject): boolean =>
  storageClass === 'GLACIER' || storageClass === 'DEEP_ARCHIVE';

export function restoreStatus({ restoredFromMs, restoredUntilMs }: StoredObject, nowMs: number): RestoreStatus {
  if (restoredUntilMs === null || restoredUntilMs <= nowMs) return { state: 'none', untilMs: 0 };
  return (restoredFromMs ?? 0) > nowMs
    ? { state: 'ongoing', untilMs: 0 }
    : { state: 'restored', untilMs: restoredUntilMs };
}

/** Whether GetObject may give the bytes. */
export const isReadable = (object: StoredObject, nowMs: number): boolean =>
  !isArchived(object) || restoreStatus(object, nowMs).state === 'restored';
