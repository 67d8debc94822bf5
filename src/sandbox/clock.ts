/** The sandbox's time. Everything that expires, completes or becomes visible asks it, so that it can run faster one day. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `wake` once, at or soon after `atMs`; returns what cancels it. Does not keep the process alive. */
  at(atMs: number, wake: () => void): () => void;
}

/** Real time. */
export class SystemClock implements Clock {
  now(): number {
    return Date.now();
  }

  at(atMs: number, wake: () => void): () => void {
    const timer = setTimeout(wake, Math.max(0, Math.min(atMs - Date.now(), 2 ** 31 - 1)));
    timer.unref();
    return () => clearTimeout(timer);
  }
}
