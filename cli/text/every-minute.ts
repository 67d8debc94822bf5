const MINUTE_MS = 60_000;

/** For long work that says from time to time how far it is: whether a minute has gone by since the last word. */
export function everyMinute(now: () => Date): () => boolean {
  let lastWordMs = now().getTime();
  return () => {
    const nowMs = now().getTime();
    if (nowMs - lastWordMs < MINUTE_MS) return false;
    lastWordMs = nowMs;
    return true;
  };
}
