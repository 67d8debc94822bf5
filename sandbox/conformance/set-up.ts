/** `npm run setup:conformance`: finds or installs the tools of the conformance tests, and prints what it found. */
import { awsCli } from './support/aws-cli';
import type { Tool } from './support/tool-cache';
import { versitygw } from './support/versitygw';

const line = (name: string, tool: Tool<string | readonly string[]>): string =>
  'found' in tool ? `${name}: ${[tool.found].flat().join(' ')}` : `${name}: none. ${tool.missing}`;

console.log(line('AWS CLI', awsCli));
console.log(line('versitygw', versitygw));
