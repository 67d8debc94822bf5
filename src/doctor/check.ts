import type { ArnParts } from '../aws/arn';
import type { AwsClients } from '../aws/clients';
import type { TryRequest } from './try-request';

/** In order, to be considered, to be fixed, or impossible to find out now. */
export type Verdict = 'ok' | 'warning' | 'failed' | 'unknown';

export type Area = 'credentials' | 'vault' | 'bucket' | 'messaging' | 'temporal';

/** One finding of `doctor`. */
export interface Check {
  readonly area: Area;
  /** What was checked: `lifecycle rules`, `s3:PutObject`. */
  readonly name: string;
  readonly verdict: Verdict;
  /** What was found and, unless it is in order, how to fix it. May contain text of AWS: untrusted. */
  readonly message: string;
}

/** Creates the checks of one area: `check('ok', 'region', 'us-east-1')`. */
export const checksOf =
  (area: Area) =>
  (verdict: Verdict, name: string, message: string): Check => ({ area, name, verdict, message });

/** The arguments of a run. */
export interface Destination {
  readonly vault: string;
  readonly bucket: string;
  /** '' or a folder that ends in a slash. */
  readonly prefix: string;
}

/** What the AWS checks examine. */
export interface Examined extends Destination {
  readonly aws: AwsClients;
  readonly tryRequest: TryRequest;
  readonly arn: ArnParts;
  /** The account that must own the bucket. */
  readonly bucketOwner: string;
}
