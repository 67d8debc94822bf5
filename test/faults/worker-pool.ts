import type { CrashPoint } from '../../src/crash-points';
import type { Paper } from '../oracle/world';
import type { Role } from '../../workers/start';
import type { CrashCommand } from './crash-command';
import { startWorkerProcess, type WorkerEnd, type WorkerProcess } from './worker-process';

/** Decides when each process of a pool dies. */
export interface CrashSchedule {
  /** Null: the process stays alive. */
  next(): CrashCommand | null;
  died(point: CrashPoint): void;
}

export interface Kill {
  readonly point: CrashPoint;
  readonly pid: number;
  readonly atMs: number;
}

/** Worker processes that die at crash points; each is replaced immediately. */
export class WorkerPool {
  readonly kills: Kill[] = [];
  /** Processes that ended without a crash command: a defect of the product. */
  readonly unexpectedExits: string[] = [];
  private readonly log: Buffer[] = [];
  private readonly alive = new Set<WorkerProcess>();
  private readonly runners: readonly Promise<void>[];
  private stopping = false;

  /** @param onKill called after each kill, before the next process starts */
  constructor(
    roles: readonly Role[],
    private readonly environment: Readonly<Record<string, string>>,
    private readonly schedule: CrashSchedule,
    private readonly onKill: (kill: Kill) => void,
  ) {
    this.runners = roles.map((role) => this.keepRunning(role));
  }

  papers(): readonly Paper[] {
    return [{ name: 'the log of the workers', bytes: Buffer.concat(this.log) }];
  }

  async stop(): Promise<void> {
    this.stopping = true;
    for (const worker of this.alive) worker.kill();
    await Promise.all(this.runners);
  }

  private async keepRunning(role: Role): Promise<void> {
    while (!this.stopping) {
      const worker = startWorkerProcess(role, this.schedule.next(), this.environment, (bytes) => this.log.push(bytes));
      this.alive.add(worker);
      const end = await worker.ended;
      this.alive.delete(worker);
      if (!this.stopping) this.record(role, end);
    }
  }

  private record(role: Role, { pid, atMs, point, reason }: WorkerEnd): void {
    if (point === null) {
      this.unexpectedExits.push(`a worker of the role ${role} ended unexpectedly: ${reason}`);
      return;
    }
    const kill = { point, pid, atMs };
    this.kills.push(kill);
    this.schedule.died(point);
    this.onKill(kill);
  }
}
