import { Option } from 'commander';
import { parseAccount } from '../parse/names';
import { parseBucket } from '../parse/s3-url';

/** Options of the commands that read a run's records: see RecordsPlace in open-records.ts. */
export const bucketOption = (): Option =>
  new Option('--bucket <bucket>', 'read the records in this bucket, without Temporal').argParser(parseBucket);

export const bucketOwnerOption = (): Option =>
  new Option(
    '--bucket-owner <account>',
    'account that owns that bucket (default: as in the request of the run)',
  ).argParser(parseAccount);
