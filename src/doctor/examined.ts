import type { ArnParts } from '../aws/arn';
import type { AwsClients } from '../aws/clients';
import type { Ask } from './ask';

/** What a person has to know of one thing: in order, to be thought about, to be mended, or not to be found out now. */
export type Verdict = 'ok' | 'warning' | 'failed' | 'unknown';

export type Area = 'credentials' | 'vault' | 'bucket' | 'messaging' | 'temporal';

/** One finding of `doctor`. */
export interface Check {
  readonly area: Area;
  /** What was looked at: `lifecycle rules`, `s3:PutObject`. */
  readonly name: string;
  readonly verdict: Verdict;
  /** What was found and, unless it is in order, what to do about it. May hold words of AWS: untrusted. */
  readonly message: string;
}

/** Findings of one area: `check('ok', 'region', 'us-east-1')`. */
export const checksOf =
  (area: Area) =>
  (verdict: Verdict, name: string, message: string): Check => ({ area, name, verdict, message });

/** What a run would be given. */
export interface Destination {
  readonly vault: string;
  readonly bucket: string;
  /** '' or a folder that ends in a slash. */
  readonly prefix: string;
}

/** What the checks of AWS look at. */
export interface Examined extends Destination {
  readonly aws: AwsClients;
  readonly ask: Ask;
  readonly arn: ArnParts;
  /** The account that the bucket must belong to. */
  readonly bucketOwner: string;
}
