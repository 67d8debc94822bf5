/** A local AWS emulator of Glacier vaults, S3, SNS and SQS, and what a command line that offers it needs. */
export type { CallRecord } from './calls';
export { sandboxEnvironment } from './cli/environment';
export { runSandbox } from './cli/run-sandbox';
export { addSandboxOptions, parseSandboxOptions, type RawSandboxOptions } from './cli/sandbox-options';
export { SandboxControl } from './control/sandbox-control';
export type { RuleReport } from './faults/faults';
export type { FaultScript } from './faults/rules';
export type { Seeded } from './glacier';
export type { SandboxOptions } from './options';
export { type Sandbox, startSandbox } from './sandbox';
export { SettingsError } from './settings-error';
