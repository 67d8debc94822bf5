import { createHmac, timingSafeEqual } from 'node:crypto';

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** The key of one secret, day, region and service (IAM guide, "Derive a signing key"). */
export const signingKey = (secret: string, date: string, region: string, service: string): Buffer =>
  hmac(hmac(hmac(hmac(`AWS4${secret}`, date), region), service), 'aws4_request');

/** Hex. */
export const sign = (key: Buffer, text: string): string => hmac(key, text).toString('hex');

/** Compares in a time that does not depend on where two signatures differ. */
export function sameHex(expected: string, actual: string): boolean {
  const [left, right] = [Buffer.from(expected), Buffer.from(actual)];
  return left.length === right.length && timingSafeEqual(left, right);
}
