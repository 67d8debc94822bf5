import type { CrashPoint } from '../../src/crash-points';
import type { Paper } from '../oracle/world';
import type { Role } from '../../workers/start';
import type { CrashOrder } from './crash-order';
import { startWorkerProcess, type WorkerEnd, type WorkerProcess } from './worker-process';

/** Says how each process of a crew is to die. */
export interface Orders {
  /** Null: it lives on. */
  next(): CrashOrder | null;
  died(point: CrashPoint): void;
}

export interface Kill {
  readonly point: CrashPoint;
  readonly pid: number;
  readonly atMs: number;
}

/** Worker processes that die at crash points, each replaced by another one at once. */
export class Crew {
  readonly kills: Kill[] = [];
  /** Processes that ended without having been told to: a fault of the product. */
  readonly breakdowns: string[] = [];
  private readonly log: Buffer[] = [];
  private readonly alive = new Set<WorkerProcess>();
  private readonly lanes: readonly Promise<void>[];
  private stopping = false;

  /** @param onKill told of each death before the next process starts */
  constructor(
    roles: readonly Role[],
    private readonly environment: Readonly<Record<string, string>>,
    private readonly orders: Orders,
    private readonly onKill: (kill: Kill) => void,
  ) {
    this.lanes = roles.map((role) => this.keepUp(role));
  }

  papers(): readonly Paper[] {
    return [{ name: 'the log of the workers', bytes: Buffer.concat(this.log) }];
  }

  async stop(): Promise<void> {
    this.stopping = true;
    for (const worker of this.alive) worker.kill();
    await Promise.all(this.lanes);
  }

  private async keepUp(role: Role): Promise<void> {
    while (!this.stopping) {
      const worker = startWorkerProcess(role, this.orders.next(), this.environment, (bytes) => this.log.push(bytes));
      this.alive.add(worker);
      const end = await worker.ended;
      this.alive.delete(worker);
      if (!this.stopping) this.note(role, end);
    }
  }

  private note(role: Role, { pid, atMs, point, reason }: WorkerEnd): void {
    if (point === null) {
      this.breakdowns.push(`a worker of the role ${role} ended by itself: ${reason}`);
      return;
    }
    const kill = { point, pid, atMs };
    this.kills.push(kill);
    this.orders.died(point);
    this.onKill(kill);
  }
}
