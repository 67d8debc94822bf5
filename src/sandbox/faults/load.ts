import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { SettingsError } from '../settings-error';
import { faultScript, type FaultScript } from './rules';

/** Reads the file of `--faults`, YAML or JSON. @throws SettingsError with everything that is wrong with it */
export function loadFaultScript(file: string): FaultScript {
  const script = readYaml(file);
  const checked = faultScript.safeParse(script);
  if (checked.success) return script as FaultScript;
  throw new SettingsError(
    file,
    checked.error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`),
  );
}

function readYaml(file: string): unknown {
  try {
    return parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const [reason = ''] = String(error).split('\n');
    throw new SettingsError(file, [reason]);
  }
}
