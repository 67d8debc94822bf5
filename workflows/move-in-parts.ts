import { ActivityFailure, ApplicationFailure, CancellationScope } from '@temporalio/workflow';
import { planParts } from '../src/domain/part-plan';
import { mustBeRead } from '../src/domain/must-be-read';
import { Failure } from '../src/failures';
import type { ArchiveRow } from '../src/wire/inventory';
import type { StoredObject } from '../src/wire/receipt';
import type { RunSettings } from '../src/wire/request';
import type { PartProof, RangeResult } from '../src/wire/transfer';
import { control, moving } from './activities';
import { failureDetail, failureType } from './failure';
import type { GatedRunner } from './pause-gate';
import { readAdopted } from './read-adopted';

/** Ranges of one archive moved in parallel: one archive must not take every slot of the workers. */
const PARALLEL_RANGES = 4;
const MAX_UPLOADS = 3;
/** All bytes are downloaded once more if the whole does not match the tree hash in the inventory. */
const MAX_PASSES = 2;

/** A large archive, and access to its job. */
export interface LargeMove {
  readonly settings: RunSettings;
  readonly archive: ArchiveRow;
  readonly runner: GatedRunner;
  /** Runs a move with a job whose output can be read, again with another job whenever one expires. */
  readonly withJob: <T>(move: (jobId: string) => Promise<T>) => Promise<T>;
  readonly readyAtMs: () => number;
  readonly onMoved: (bytes: number) => void;
}

/**
 * Moves a large archive through a multipart upload. If the upload is gone, a new one is created. An upload that is not
 * completed is always aborted.
 */
export async function moveInParts(move: LargeMove): Promise<StoredObject> {
  for (let uploads = 1; ; uploads += 1) {
    const upload = { ...move, uploadId: await createUpload(move) };
    try {
      const stored = await fillUpload(upload);
      if (!stored.adopted) return stored;
      const adopted = mustBeRead(move.settings, stored)
        ? await readAdopted(move.runner, { ...move, crc32: stored.crc32 })
        : stored;
      if (adopted === null) throw objectGone(move.archive);
      await abortUpload(upload);
      return adopted;
    } catch (error) {
      await abortUpload(upload);
      if (failureType(error) !== Failure.UploadGone || uploads === MAX_UPLOADS) throw error;
    }
  }
}

/** The object that prevented an upload is gone: the archive is sent again. */
const objectGone = ({ key }: ArchiveRow): ApplicationFailure =>
  ApplicationFailure.nonRetryable(`${key} appeared and vanished again`, Failure.UploadGone);

/** Creates an upload. After a failure it may exist nevertheless, and is looked for and aborted. */
async function createUpload({ settings, archive, runner }: LargeMove): Promise<string> {
  const sinceMs = Date.now();
  try {
    return await runner.run(() => control.createUpload(settings, archive));
  } catch (error) {
    await cleanUp(() => control.abortStrayUploads(settings, archive, sinceMs));
    throw error;
  }
}

const abortUpload = async ({ settings, archive, uploadId }: Upload): Promise<void> =>
  await cleanUp(() => control.abortUpload({ settings, archive, uploadId }));

/** The outcome of the archive is more important than an upload that could not be aborted. */
async function cleanUp(work: () => Promise<void>): Promise<void> {
  try {
    await CancellationScope.nonCancellable(work);
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
  }
}

interface Upload extends LargeMove {
  readonly uploadId: string;
}

async function fillUpload(upload: Upload): Promise<StoredObject> {
  const { settings, archive, uploadId, runner } = upload;
  for (let pass = 1; ; pass += 1) {
    const ranges = new Ranges(upload);
    await upload.withJob((jobId) => ranges.moveMissing(jobId));
    try {
      return await runner.run(() => control.completeUpload({ settings, archive, uploadId, ranges: ranges.results() }));
    } catch (error) {
      if (failureType(error) !== Failure.HashMismatch || pass === MAX_PASSES) throw error;
    }
  }
}

/** The ranges of one upload: those that are moved are kept when a job expires or the run is paused. */
class Ranges {
  private readonly count: number;
  private readonly moved = new Map<number, RangeResult>();
  private readonly proved = new Map<number, readonly PartProof[]>();

  constructor(private readonly upload: Upload) {
    this.count = planParts(upload.archive.sizeBytes, upload.settings.minPartBytes).rangeCount;
  }

  results(): RangeResult[] {
    return [...this.moved.values()].toSorted((left, right) => left.range - right.range);
  }

  /** @throws the first failure, after the ranges in flight have ended as well */
  async moveMissing(jobId: string): Promise<void> {
    const missing = Array.from({ length: this.count }, (_, range) => range).filter((range) => !this.moved.has(range));
    const queue = missing.values();
    const failures: unknown[] = [];
    const runner = async (): Promise<void> => {
      for (const range of queue) {
        if (failures.length > 0) return;
        try {
          this.moved.set(range, await this.move(range, jobId));
          this.upload.onMoved(this.results().reduce((sum, result) => sum + result.sizeBytes, 0));
        } catch (error) {
          failures.push(error);
          const proofs = failureDetail(error);
          if (Array.isArray(proofs)) this.proved.set(range, proofs as PartProof[]);
        }
      }
    };
    await Promise.all(Array.from({ length: PARALLEL_RANGES }, runner));
    if (failures.length > 0) throw failures[0];
  }

  private async move(range: number, jobId: string): Promise<RangeResult> {
    const { settings, archive, uploadId, readyAtMs } = this.upload;
    const proved = this.proved.get(range) ?? [];
    const summary = `range ${range + 1} of ${this.count}`;
    return await moving(settings, readyAtMs(), summary).moveRange({
      settings,
      archive,
      jobId,
      uploadId,
      range,
      proved,
    });
  }
}
