/**
 * What the services ask, in US dollars. From secondary sources of 2026-11-23 for us-east-1, not from AWS's or Temporal's
 * own price pages.
 */
export const PRICES_OF = '2026-11-23';

const per1000 = (dollars: number): number => dollars / 1_000;
const perMillion = (dollars: number): number => dollars / 1e6;

/** What S3 asks for a PUT, POST or LIST depends on the class of the object. */
export const S3_PUT = { STANDARD: per1000(0.005), DEEP_ARCHIVE: per1000(0.05) } as const;
export const S3_GET = per1000(0.0004);
export const SQS_REQUEST = perMillion(0.4);
/** Glacier publishes once for each job; deliveries to SQS are free. */
export const SNS_PUBLISH = perMillion(0.5);
/** Upper figure: further millions are cheaper. */
export const TEMPORAL_CLOUD_ACTION = perMillion(50);

/** AWS's own estimate of its solution for 100 TB, us-east-2, by number of archives. */
export const AWS_SOLUTION = { 100_000: 153.57, 10_000_000: 1_229.21 } as const;
