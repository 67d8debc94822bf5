import { z } from 'zod';

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Parses `250ms`, `5s`, `1.5m`, `24h` or `2d` to milliseconds; null for anything else. */
export function parseDurationMs(text: string): number | null {
  const match = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)$/.exec(text);
  return match === null ? null : Math.round(Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS]);
}

/** Schema of a duration in a file or a request, in the format of {@link parseDurationMs}. */
export const durationMs = z.string().transform((text, context) => {
  const parsed = parseDurationMs(text);
  if (parsed !== null) return parsed;
  context.addIssue({
    code: 'custom',
    message: `"${text}" is not a valid duration: write it as 250ms, 5s, 1.5m, 24h or 2d`,
  });
  return z.NEVER;
});
