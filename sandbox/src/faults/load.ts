import { SettingsError } from '../settings-error';
import { readYamlFile } from '../yaml-file';
import { faultScript, type FaultScript } from './rules';

/** Reads the file of `--faults`, YAML or JSON. @throws SettingsError with everything that is wrong with it */
export async function loadFaultScript(file: string): Promise<FaultScript> {
  const reading = await readYamlFile(file);
  if ('problem' in reading) throw SettingsError.inFile(file, [reading.problem]);
  const checked = faultScript.safeParse(reading.value);
  if (checked.success) return reading.value as FaultScript;
  const problems = checked.error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`);
  throw SettingsError.inFile(file, problems);
}
