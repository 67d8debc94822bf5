import { GetBucketEncryptionCommand } from '@aws-sdk/client-s3';
import type { Command } from 'commander';
import type { AwsClients } from '../../src/aws/clients';
import { describeAwsError, awsErrorSentence } from '../../src/aws/errors';
import { inBucket } from '../../src/aws/owned-bucket';
import { type ArnParts, parseVaultArn } from '../../src/aws/arn';
import { keyArnOf, POLICIES, policyFor, type PolicyName } from '../../src/doctor/policy';
import { withAws, type CliContext, withExamples } from '../context';
import { usageError } from '../exit-codes';
import { parseChoice, parseVaultName } from '../parse/names';
import { parseDestination, type Destination } from '../parse/s3-url';
import { findVault } from '../vault';

export function registerPolicy(program: Command, context: CliContext): void {
  const command = program
    .command('policy')
    .description(
      'Prints the IAM policy that a role needs for this vault and bucket, and nothing more: setup, copier (workers and ' +
        'doctor), planner (read only) or deleter. Needs permission to describe the vault and to read the ' +
        "bucket's encryption.",
    )
    .argument('<role>', POLICIES.join(', '), (text: string) => parseChoice(text, POLICIES, 'role'))
    .argument('<vault>', 'name of the vault', parseVaultName)
    .option(
      '--to <s3-url>',
      'where the objects go (not for setup): s3://bucket or s3://bucket/folder',
      parseDestination,
    )
    .action((role: PolicyName, vault: string, { to }: { readonly to?: Destination }) =>
      policy(context, role, vault, to),
    );
  withExamples(command, [
    'glacier-transfer policy copier photos --to s3://my-bucket/photos > copier.json',
    'glacier-transfer policy setup photos',
  ]);
}

async function policy(context: CliContext, role: PolicyName, vault: string, to?: Destination): Promise<void> {
  if (to === undefined && role !== 'setup') throw usageError(`The ${role} policy names the bucket: --to is required.`);
  await withAws(context, async (aws) => {
    const place = parseVaultArn(await findVault(aws, vault));
    const { bucket, prefix } = to ?? { bucket: '', prefix: '' };
    const keyArn = to === undefined ? null : await findKey(context, aws, bucket, place);
    if (keyArn?.includes(':alias/') === true) {
      context.output.message(
        `The bucket refers to its KMS key by an alias: replace ${keyArn} with the ARN of the key.`,
      );
    }
    await context.output.result(JSON.stringify(policyFor(role, { ...place, vault, bucket, prefix, keyArn }), null, 2));
  });
}

/** The bucket's KMS key; null, with a message, if it cannot be determined. */
async function findKey(
  { output }: CliContext,
  { s3 }: AwsClients,
  bucket: string,
  place: ArnParts,
): Promise<string | null> {
  try {
    const { ServerSideEncryptionConfiguration } = await s3.send(
      new GetBucketEncryptionCommand(inBucket({ bucket, bucketOwner: place.accountId })),
    );
    const [rule] = ServerSideEncryptionConfiguration?.Rules ?? [];
    return keyArnOf(rule?.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID, place);
  } catch (error) {
    const awsError = describeAwsError(error);
    if (awsError.code === 'ServerSideEncryptionConfigurationNotFoundError') return null;
    output.message(
      `The encryption of ${bucket} could not be read (${awsErrorSentence(awsError)}). If it uses a KMS key, add its statement ` +
        'from docs/iam.',
    );
    return null;
  }
}
