import type { TimedCall } from '../../world';

/** A job that the run asked for and got, whether or not it heard so. */
export interface AskedJob {
  readonly jobId: string;
  readonly archiveId: string;
  readonly call: TimedCall;
}

/** Jobs for archives, by what the log says of each InitiateJob that was carried out. */
export const askedJobs = (calls: readonly TimedCall[]): readonly AskedJob[] =>
  calls.flatMap((call) => {
    const { job, archive } = call.detail;
    const asked = call.operation === 'InitiateJob' && job !== undefined && archive !== undefined;
    return asked ? [{ jobId: String(job), archiveId: String(archive), call }] : [];
  });

export const faultsOf = ({ detail }: TimedCall): readonly string[] =>
  detail['fault'] === undefined ? [] : String(detail['fault']).split(' ');

export const wasStruck = (call: TimedCall, kinds: readonly string[]): boolean =>
  faultsOf(call).some((fault) => kinds.includes(fault));
