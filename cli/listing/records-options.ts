import { Option } from 'commander';
import { parseAccount } from '../parse/names';
import { parseBucket } from '../parse/s3-url';

/** Options of the commands that read a run's records: see RecordsPlace in open-records.ts. */
export const bucketOption = (): Option =>
  new Option('--bucket <bucket>', 'read only the records in this bucket: Temporal need not know the run').argParser(
    parseBucket,
  );

export const bucketOwnerOption = (): Option =>
  new Option('--bucket-owner <account>', 'account of that bucket (default: as the run was told)').argParser(
    parseAccount,
  );
