import { z } from 'zod';
import { getJobOutput } from '../src/aws/glacier-jobs';
import { listedCrc32, listParts, sendPart } from '../src/aws/multipart';
import { BodyReader } from '../src/bytes/body-reader';
import { InFlight } from '../src/bytes/in-flight';
import { readPart, type Part } from '../src/bytes/part';
import { reached } from '../src/crash-points';
import { combineCrc32 } from '../src/domain/crc32-combine';
import { partLength, planParts, rangeOf, type PartPlan } from '../src/domain/part-plan';
import { foldTree, foldTreeHex } from '../src/domain/tree-hash';
import { Failure } from '../src/failures';
import type { PartProof, RangeInput, RangeResult } from '../src/wire/transfer';
import { abortSignal } from './abort-signal';
import type { Dependencies } from './dependencies';
import { sendHeartbeat, withHeartbeat } from './heartbeat';
import { earlierPosition, partProofs } from './inputs/positions';
import { MAX_HASH_ATTEMPTS, hashMismatch } from './move-whole';
import { withProgress } from './with-progress';
import { withRetry } from './with-retry';

/** While one part is uploaded, the next one is downloaded. */
const PARTS_IN_FLIGHT = 2;

export const createMoveRangeActivities = (dependencies: Dependencies) => ({
  /**
   * Moves one range of an archive into its multipart upload: one request for the job's output, and each part is uploaded
   * as soon as it is complete. Heartbeats carry the proofs of the parts that S3 has, so a retry continues after the last
   * of them. A part that S3 lists but that has no proof is downloaded and hashed again; it is uploaded again only if its
   * CRC differs.
   * @throws with the proofs so far as details: TransferError JobExpired, JobNotReady and what stops the run,
   * CancelledFailure. Without: TransferError HashMismatch, UploadGone; AWS errors
   */
  async moveRange(input: RangeInput): Promise<RangeResult> {
    const earlier = earlierPosition(position);
    const mover = new RangeMover(dependencies, input, [...input.proved, ...(earlier?.proofs ?? [])]);
    const result = await withHeartbeat(
      () => mover.move(),
      () => mover.position(),
    );
    reached('range.done');
    return result;
  },
});

/** What heartbeats carry. */
const position = z.object({ proofs: partProofs });
type Position = z.output<typeof position>;

class RangeMover {
  private readonly plan: PartPlan;
  private readonly numbers: readonly number[];
  private readonly proved = new Map<number, PartProof>();
  private readonly signal = abortSignal();

  constructor(
    private readonly dependencies: Dependencies,
    private readonly input: RangeInput,
    earlier: readonly PartProof[],
  ) {
    this.plan = planParts(input.archive.sizeBytes, input.settings.minPartBytes);
    const { firstPart, lastPart } = rangeOf(this.plan, input.range);
    this.numbers = Array.from({ length: lastPart - firstPart + 1 }, (_, offset) => firstPart + offset);
    // Kept from the first heartbeat on: an attempt that dies early must not lose the proofs of earlier attempts.
    for (const proof of earlier) this.proved.set(proof.part, proof);
  }

  proofs(): readonly PartProof[] {
    return [...this.proved.values()];
  }

  position(): Position {
    return { proofs: this.proofs() };
  }

  async move(): Promise<RangeResult> {
    try {
      const listed = await this.listed();
      for (const { part, crc32 } of this.proofs()) {
        if (listed.get(part) !== crc32) this.proved.delete(part);
      }
      for (const run of runsOf(this.numbers.filter((part) => !this.proved.has(part)))) await this.moveRun(run, listed);
    } catch (error) {
      throw withProgress(error, this.signal, this.proofs(), [Failure.JobExpired, Failure.JobNotReady]);
    }
    return this.result();
  }

  /** Moves consecutive parts. If Glacier's own hash of their bytes differs, all of them are moved again. */
  private async moveRun(run: readonly number[], listed: ReadonlyMap<number, number>): Promise<void> {
    let known = listed;
    for (let attempt = 1; ; attempt += 1) {
      const difference = await this.fetchRun(run, known);
      if (difference === null) return;
      for (const number of run) this.proved.delete(number);
      sendHeartbeat(this.position());
      if (attempt === MAX_HASH_ATTEMPTS) throw hashMismatch(this.input.archive, difference);
      known = new Map();
    }
  }

  /**
   * Downloads the parts with one request and uploads those that S3 does not hold already. Returns how they differ from
   * Glacier's hash header; null if they do not, or if there is no header.
   */
  private async fetchRun(run: readonly number[], listed: ReadonlyMap<number, number>): Promise<string | null> {
    const { clients, pool } = this.dependencies;
    const { settings, archive, jobId } = this.input;
    const startByte = ((run[0] as number) - 1) * this.plan.partBytes;
    const endByte = Math.min((run.at(-1) as number) * this.plan.partBytes, archive.sizeBytes);
    const bytes = { startByte, endByte, totalBytes: archive.sizeBytes };
    const output = await getJobOutput(clients.glacier, settings, jobId, bytes, this.signal);
    const body = new BodyReader(output.body);
    const inFlight = new InFlight(PARTS_IN_FLIGHT);
    const roots: Buffer[] = [];
    try {
      for (const number of run) {
        const part = await readPart(body, partLength(this.plan, number), pool, this.signal);
        roots.push(part.root);
        try {
          await inFlight.add(() => this.keep(number, part, listed.get(number)));
        } catch (error) {
          // An earlier part has failed, so this one was not started.
          part.release();
          throw error;
        }
      }
      await body.finish();
      await inFlight.drain();
    } finally {
      body.close();
      await inFlight.settle();
    }
    const root = foldTree(roots).toString('hex');
    if (output.treeHash === null || output.treeHash === root) return null;
    return `${root} in bytes ${startByte}-${endByte - 1}, for which Glacier gives ${output.treeHash}`;
  }

  private async keep(number: number, part: Part, listedCrc: number | undefined): Promise<void> {
    try {
      if (listedCrc !== part.crc32) {
        const { s3Bytes } = this.dependencies.clients;
        await withRetry(() => sendPart(s3Bytes, this.input, number, part, this.signal), this.signal);
      }
      this.proved.set(number, { part: number, root: part.root.toString('hex'), crc32: part.crc32 });
      sendHeartbeat(this.position());
    } finally {
      part.release();
    }
  }

  private async listed(): Promise<Map<number, number>> {
    const [first, last] = [this.numbers[0] as number, this.numbers.at(-1) as number];
    const parts = await listParts(this.dependencies.clients.s3, this.input, first, last);
    const crcs = new Map<number, number>();
    for (const [number, part] of parts) {
      const crc32 = listedCrc32(part);
      if (crc32 !== null && part.Size === partLength(this.plan, number)) crcs.set(number, crc32);
    }
    return crcs;
  }

  private result(): RangeResult {
    const proofs = this.numbers.map((number) => this.proved.get(number) as PartProof);
    const { startByte, endByte } = rangeOf(this.plan, this.input.range);
    return {
      range: this.input.range,
      treeHash: foldTreeHex(proofs.map((proof) => proof.root)),
      crc32: proofs.reduce((crc, proof) => combineCrc32(crc, proof.crc32, partLength(this.plan, proof.part)), 0),
      sizeBytes: endByte - startByte,
    };
  }
}

/** Splits ascending numbers into runs of consecutive ones. */
export function runsOf(numbers: readonly number[]): number[][] {
  const runs: number[][] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run !== undefined && run.at(-1) === number - 1) run.push(number);
    else runs.push([number]);
  }
  return runs;
}
