import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Client } from '@temporalio/client';
import { pointThisProcessAt, temporalEnvironment } from '../../../cli/local-environment';
import { connectClient } from '../../../src/temporal/connect';
import { startDevServer } from '../../../src/temporal/dev-server';
import { loadDevSettings } from '../../../src/temporal/dev-settings';
import { findExecutable } from '../../../src/temporal/temporal-cli-executable';
import { commandOf, descendantsOf, listeningPortsOf, usageOf, type Usage } from '../process-usage';

/** The command line, as it is built. */
const MAIN = join(__dirname, '../../../cli/main.js');

export interface PlaceOptions {
  /** Folder for a CPU profile of each Node process; null: none are taken. */
  readonly profileDir: string | null;
}

/** A folder, a Temporal server with its database in it as `glacier-transfer server` runs it, and the processes of a benchmark. */
export class Place {
  private readonly children = new Map<string, ChildProcess>();

  private constructor(
    readonly dir: string,
    readonly client: Client,
    private readonly options: PlaceOptions,
    private readonly temporalPid: number,
  ) {}

  /** Opens a place for `work` and clears it away afterwards. */
  static async use<T>(options: PlaceOptions, work: (place: Place) => Promise<T>): Promise<T> {
    const dir = await mkdtemp(join(tmpdir(), 'control-bench-'));
    const temporal = await startDevServer({
      executable: await findExecutable((line) => console.error(line)),
      settings: loadDevSettings(),
      port: 0,
      databaseFile: join(dir, 'temporal.db'),
      headless: true,
    });
    try {
      pointThisProcessAt(temporalEnvironment(temporal));
      const client = await connectClient();
      const pid = descendantsOf(process.pid).find((one) => basename(commandOf(one)[0] ?? '') === 'temporal');
      const place = new Place(dir, client, options, pid ?? 0);
      try {
        return await work(place);
      } finally {
        await place.stop();
        await client.connection.close();
      }
    } finally {
      await temporal.stop();
      await rm(dir, { recursive: true, force: true });
    }
  }

  /** Log of a process. */
  logFile(name: string): string {
    return join(this.dir, `${name}.log`);
  }

  /** File of Temporal's database. */
  get databaseFile(): string {
    return join(this.dir, 'temporal.db');
  }

  /**
   * Starts a Node process, whose log goes into the place's folder.
   * @returns the first thing that it writes to standard output
   */
  async start(name: string, script: string, args: readonly string[]): Promise<string> {
    const { profileDir } = this.options;
    const flags = profileDir === null ? [] : ['--cpu-prof', '--cpu-prof-dir', join(profileDir, name)];
    const child = spawn(process.execPath, [...flags, script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.children.set(name, child);
    const log = createWriteStream(this.logFile(name));
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    const [first] = (await Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data')])) as [Buffer];
    return first.toString();
  }

  /** Starts a command of the product. */
  async command(name: string, args: readonly string[]): Promise<string> {
    return await this.start(name, MAIN, args);
  }

  /** What each process of the benchmark has used so far, this one included. */
  usage(): Readonly<Record<string, Usage>> {
    const pids = [['temporal', this.temporalPid] as const, ...this.pids(), ['bench', process.pid] as const];
    return Object.fromEntries(pids.map(([name, pid]) => [name, usageOf(pid)]));
  }

  /** The Temporal server's own metrics, in Prometheus's text form. It serves them on a port of its choice. */
  async temporalMetrics(): Promise<string> {
    for (const port of listeningPortsOf(this.temporalPid)) {
      const reply = await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => null);
      if (reply?.ok === true) return await reply.text();
    }
    throw new Error('The Temporal server shows no metrics.');
  }

  private pids(): (readonly [string, number])[] {
    return [...this.children].flatMap(([name, { pid }]) => (pid === undefined ? [] : [[name, pid] as const]));
  }

  /** Lets the processes end in good order: a profile is written at the end. The last one started ends first. */
  private async stop(): Promise<void> {
    for (const child of [...this.children.values()].toReversed()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
  }
}
