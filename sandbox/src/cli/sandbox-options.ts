import { resolve } from 'node:path';
import type { Command } from 'commander';
import { parseDurationMs } from '../duration';
import type { SandboxOptions } from '../options';
import { SettingsError } from '../settings-error';

/** The options as commander gives them: text that nobody has checked. */
export interface RawSandboxOptions {
  readonly data?: string;
  readonly port: string;
  readonly clock: string;
  readonly delays?: string;
  readonly delay?: readonly string[];
  readonly inventory: string;
  readonly treeHashHeader: string;
  readonly discardBodies?: true;
  readonly credentials?: string;
  readonly faults?: string;
}

/** Adds the options of {@link parseSandboxOptions} to a command. */
export function addSandboxOptions(command: Command): Command {
  return command
    .option('--data <dir>', 'data folder; created if missing, and kept; required')
    .option('--port <port>', 'port on 127.0.0.1; 0 for any free one', '0')
    .option('--clock <times>', 'clock speed as a multiple of real time; 3600: an hour per second', '1')
    .option('--delays <aws>', 'aws: jobs take as long as on AWS; without it, 2 s')
    .option(
      '--delay <job=time>',
      'how long jobs take: bulk, standard, expedited or inventory, as in bulk=5s; repeatable',
      (delay: string, before?: readonly string[]) => [...(before ?? []), delay],
    )
    .option('--inventory <mode>', 'fresh: as of the request; daily: once a day, as on AWS', 'fresh')
    .option(
      '--tree-hash-header <rule>',
      "which ranges of a job's output come with a tree hash: guide or model (AWS's two rules), or never",
      'guide',
    )
    .option('--discard-bodies', 'S3 checks and hashes object bodies, but does not store them')
    .option('--credentials <file>', 'access keys whose signatures are accepted, and the policy of each; YAML')
    .option('--faults <file>', 'rules for the faults to inject; YAML');
}

const HIGHEST_CLOCK_RATE = 100_000;
const JOBS = ['bulk', 'standard', 'expedited', 'inventory'] as const;
const LONGEST_DELAY_MS = 48 * 3_600_000;

/**
 * @param keepPrefixes of the keys whose objects are stored even with --discard-bodies
 * @throws SettingsError with one sentence about the first option that is wrong
 */
export function parseSandboxOptions(raw: RawSandboxOptions, keepPrefixes: readonly string[] = []): SandboxOptions {
  const { data, delays, delay, credentials, faults } = raw;
  if (data === undefined) throw new SettingsError("Required option '--data <dir>' not specified");
  return {
    dataDir: resolve(data),
    port: wholeNumber('--port', raw.port, 0, 65_535),
    clockRate: wholeNumber('--clock', raw.clock, 1, HIGHEST_CLOCK_RATE),
    inventory: choice('--inventory', raw.inventory, ['fresh', 'daily']),
    treeHashHeader: choice('--tree-hash-header', raw.treeHashHeader, ['guide', 'model', 'never']),
    ...(delays === undefined ? {} : { delays: choice('--delays', delays, ['aws']) }),
    ...(delay === undefined ? {} : { delaysMs: Object.fromEntries(delay.map(jobDelay)) }),
    ...(raw.discardBodies === undefined ? {} : { discardBodies: { keepPrefixes } }),
    ...(credentials === undefined ? {} : { credentialsFile: resolve(credentials) }),
    ...(faults === undefined ? {} : { faultsFile: resolve(faults) }),
  };
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw invalid(option, text, `give a whole number from ${least} to ${most}`);
}

function choice<Choice extends string>(option: string, text: string, choices: readonly Choice[]): Choice {
  const found = choices.find((candidate) => candidate === text.toLowerCase());
  if (found !== undefined) return found;
  throw invalid(option, text, `choose one of ${choices.join(', ')}`);
}

function jobDelay(text: string): readonly [job: string, delayMs: number] {
  const [, job = '', time = ''] = /^([^=]*)=([^=]*)$/.exec(text) ?? [];
  const delayMs = parseDurationMs(time);
  if (delayMs === null || delayMs > LONGEST_DELAY_MS) {
    throw invalid('--delay', text, 'write it as bulk=250ms, 5s, 1.5m or 2h, at most 48h');
  }
  return [choice('--delay', job, JOBS), delayMs];
}

// In JSON, so that control characters in what was typed do not reach the terminal.
const invalid = (option: string, text: string, remedy: string): SettingsError =>
  new SettingsError(`${JSON.stringify(text)} is not a valid value for ${option}: ${remedy}`);
