import { ActivityFailure, CancellationScope } from '@temporalio/workflow';
import { planParts } from '../src/domain/part-plan';
import { Failure } from '../src/failures';
import type { ArchiveRow } from '../src/wire/inventory';
import type { StoredObject } from '../src/wire/receipt';
import type { RunSettings } from '../src/wire/request';
import type { PartProof, RangeResult } from '../src/wire/transfer';
import { bytes, control } from './activities';
import { failureDetail, failureType } from './failure';

/** Ranges of one archive on their way at a time: one archive must not take every slot of the workers. */
const RANGES_AT_ONCE = 4;
const MOST_UPLOADS = 3;
/** All bytes are fetched once more when the whole does not hash to the inventory's value. */
const MOST_PASSES = 2;

/** Runs a move with a job whose output can be read, as often as jobs expire under it. */
export type WithJob = <T>(move: (jobId: string) => Promise<T>) => Promise<T>;

/**
 * Moves a large archive through a multipart upload. An upload that vanishes is begun again; one that does not become
 * the object is dropped, whatever happens.
 */
export async function moveInParts(
  settings: RunSettings,
  archive: ArchiveRow,
  withJob: WithJob,
  onMoved: (bytes: number) => void,
): Promise<StoredObject> {
  for (let uploads = 1; ; uploads += 1) {
    const uploadId = await control.beginUpload(settings, archive);
    const upload = { settings, archive, uploadId };
    try {
      const stored = await fillUpload(upload, withJob, onMoved);
      if (stored.adopted) await drop(upload);
      return stored;
    } catch (error) {
      await drop(upload);
      if (failureType(error) !== Failure.UploadGone || uploads === MOST_UPLOADS) throw error;
    }
  }
}

/** What has become of the archive counts more than an upload that could not be dropped. */
async function drop(upload: Upload): Promise<void> {
  try {
    await CancellationScope.nonCancellable(() => control.dropUpload(upload));
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
  }
}

interface Upload {
  readonly settings: RunSettings;
  readonly archive: ArchiveRow;
  readonly uploadId: string;
}

async function fillUpload(upload: Upload, withJob: WithJob, onMoved: (bytes: number) => void): Promise<StoredObject> {
  for (let pass = 1; ; pass += 1) {
    const ranges = new Ranges(upload, onMoved);
    await withJob((jobId) => ranges.moveMissing(jobId));
    try {
      return await control.finishUpload({ ...upload, ranges: ranges.results() });
    } catch (error) {
      if (failureType(error) !== Failure.HashMismatch || pass === MOST_PASSES) throw error;
    }
  }
}

/** The ranges of one upload: what is moved stays moved when a job expires between them. */
class Ranges {
  private readonly count: number;
  private readonly moved = new Map<number, RangeResult>();
  private readonly proved = new Map<number, readonly PartProof[]>();

  constructor(
    private readonly upload: Upload,
    private readonly onMoved: (bytes: number) => void,
  ) {
    this.count = planParts(upload.archive.sizeBytes).rangeCount;
  }

  results(): RangeResult[] {
    return [...this.moved.values()].toSorted((left, right) => left.range - right.range);
  }

  /** @throws the first failure, after the ranges on their way have ended too */
  async moveMissing(jobId: string): Promise<void> {
    const missing = Array.from({ length: this.count }, (_, range) => range).filter((range) => !this.moved.has(range));
    const queue = missing.values();
    const failures: unknown[] = [];
    const lane = async (): Promise<void> => {
      for (const range of queue) {
        if (failures.length > 0) return;
        try {
          const proved = this.proved.get(range) ?? [];
          const summary = `range ${range + 1} of ${this.count}`;
          const input = { ...this.upload, jobId, range, proved };
          this.moved.set(range, await bytes.moveRange.executeWithOptions({ summary }, [input]));
          this.onMoved(this.results().reduce((sum, result) => sum + result.sizeBytes, 0));
        } catch (error) {
          failures.push(error);
          const proofs = failureDetail(error);
          if (Array.isArray(proofs)) this.proved.set(range, proofs as PartProof[]);
        }
      }
    };
    await Promise.all(Array.from({ length: RANGES_AT_ONCE }, lane));
    if (failures.length > 0) throw failures[0];
  }
}
