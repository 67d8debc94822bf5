import type { SandboxContext } from '../service';

type Place = Pick<SandboxContext, 'region' | 'accountId'>;

function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

const prefix = (service: 'sns' | 'sqs', { region, accountId }: Place): string =>
  `arn:${partitionOf(region)}:${service}:${region}:${accountId}:`;

export const topicArn = (place: Place, name: string): string => `${prefix('sns', place)}${name}`;
export const queueArn = (place: Place, name: string): string => `${prefix('sqs', place)}${name}`;

/** Name of the queue or topic that an ARN of this account and region means; null for any other ARN. */
export const nameInArn = (service: 'sns' | 'sqs', place: Place, arn: string): string | null =>
  arn.startsWith(prefix(service, place)) ? arn.slice(prefix(service, place).length) : null;
