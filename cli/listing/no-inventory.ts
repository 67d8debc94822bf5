import { controlPrefix } from '../../src/ids';
import { CliError, ExitCode, usageError } from '../exit-codes';

/** The bucket has no prepared inventory of a run of this name. */
export const noRecords = (run: string, bucket: string): CliError =>
  usageError(`s3://${bucket}/${controlPrefix(run)} contains no records of a run named "${run}".`);

/**
 * The archives of a run cannot be listed.
 * @param bucket the person's, where Temporal was not asked
 */
export const noInventory = (run: string, bucket: string | undefined): CliError =>
  bucket === undefined
    ? new CliError(`The run ${run} is still waiting for its inventory: try again later.`, ExitCode.Temporary)
    : noRecords(run, bucket);
