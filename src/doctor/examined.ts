import type { AwsClients } from '../aws/clients';
import type { Place } from '../aws/arn';
import type { Ask } from './ask';

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
  readonly place: Place;
  /** The account that the bucket must belong to. */
  readonly bucketOwner: string;
}
