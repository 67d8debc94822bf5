import type { Command } from 'commander';
import type { Logger } from 'pino';
import { startTransferProcesses } from '../../workers/processes';
import { startWorkers, type RunningWorkers } from '../../workers/start';
import { type CliContext, withExamples } from '../context';
import { ExitCode, usageError } from '../exit-codes';
import { aborted, listenForInterruption } from '../interruption';
import { createLogger } from '../log';
import { parseChoice, parseBuildId } from '../parse/names';
import { parseWholeNumber } from '../parse/quantity';

const ROLES = ['all', 'control', 'transfer', 'bridge'] as const;
type Role = (typeof ROLES)[number];

interface WorkerOptions {
  readonly role: Role;
  readonly processes: number;
  readonly buildId?: string;
}

const MOST_PROCESSES = 64;

export function registerWorker(program: Command, context: CliContext): void {
  const command = program
    .command('worker')
    .description(
      'Executes all runs until SIGTERM or Ctrl-C, then finishes what is in progress; the same signal again stops it at ' +
        'once, and other workers take over. Temporal and AWS are found through TEMPORAL_* and AWS_* variables.',
    )
    .option(
      '--role <role>',
      'all; control (workflows, light work), transfer (bytes), bridge (notifications)',
      (text: string) => parseChoice(text, ROLES, 'role'),
      'all',
    )
    .option(
      '--processes <number>',
      'additional transfer processes, one per core to use (roles all and transfer)',
      (text: string) => parseWholeNumber(text, 0, MOST_PROCESSES, 'number of processes'),
      0,
    )
    .option(
      '--build-id <id>',
      'build id, to run next to workers of other versions; see docs/upgrading.md',
      parseBuildId,
    )
    .action((options: WorkerOptions) => worker(context, options));
  withExamples(command, [
    'glacier-transfer worker',
    'glacier-transfer worker --role transfer --processes 3',
    'glacier-transfer worker --role control',
    'glacier-transfer worker --build-id 0.2.0',
  ]);
}

async function worker({ output }: CliContext, { role, processes, buildId }: WorkerOptions): Promise<void> {
  if (processes > 0 && role !== 'all' && role !== 'transfer') {
    throw usageError(`--processes adds processes that move bytes, which the role ${role} does not do.`);
  }
  const log = createLogger(output);
  const interruption = listenForInterruption();
  // Including unhandled rejections. The state of such a process is unknown: a supervisor should restart it.
  const onDefect = (error: Error): never => {
    log.fatal({ err: error }, 'a defect of this program; the process ends, and another one takes over its work');
    process.exit(ExitCode.Error);
  };
  process.on('uncaughtException', onDefect);
  try {
    const running = await startAll({ role, processes, buildId: buildId ?? null }, log);
    try {
      log.info({ role, processes: processes + 1 }, 'working');
      await Promise.race([aborted(interruption.signal), ...running.map(({ done }) => done)]);
      if (interruption.signal.aborted) log.info('ending what has been begun; the same signal again ends this at once');
    } finally {
      await Promise.all(running.map((workers) => workers.stop()));
    }
    log.info('ended');
  } finally {
    process.off('uncaughtException', onDefect);
    interruption.dispose();
  }
}

async function startAll(
  { role, processes, buildId }: { readonly role: Role; readonly processes: number; readonly buildId: string | null },
  log: Logger,
): Promise<readonly RunningWorkers[]> {
  const own = await startWorkers({ role, buildId, log });
  return processes === 0 ? [own] : [own, startTransferProcesses(processes, buildId, log)];
}
