import type { Command } from 'commander';
import { setUpMessaging } from '../../src/aws/messaging-setup';
import { parseVaultArn } from '../../src/aws/arn';
import { withAws, type CliContext, withExamples } from '../context';
import { parseVaultName } from '../parse/names';
import { findVault } from '../vault';

export function registerSetup(program: Command, context: CliContext): void {
  const command = program
    .command('setup')
    .description(
      'Checks the vault and creates the SNS topic, the SQS queue, its dead-letter queue and their policies, through ' +
        'which Glacier reports finished jobs. Idempotent. Optional: without it runs poll, which is slower.',
    )
    .argument('<vault>', 'name of the vault', parseVaultName)
    .option('--json', 'one JSON object')
    .action((vault: string, options: { readonly json?: true }) => setup(context, vault, options.json === true));
  withExamples(command, ['glacier-transfer setup photos']);
}

async function setup(context: CliContext, vault: string, json: boolean): Promise<void> {
  await withAws(context, async (aws) => {
    const vaultArn = await findVault(aws, vault);
    const made = await setUpMessaging(aws, parseVaultArn(vaultArn));
    if (json) {
      const { topicArn, queueUrl, deadLetterQueueArn, changes } = made;
      return context.output.json({
        message_type: 'setup',
        vault,
        vault_arn: vaultArn,
        topic_arn: topicArn,
        queue_url: queueUrl,
        dead_letter_queue_arn: deadLetterQueueArn,
        changes,
      });
    }
    const changes = made.changes.length === 0 ? ['Already set up; nothing changed.'] : made.changes;
    return context.output.result(
      [
        ...changes,
        `Vault  ${vaultArn}`,
        `Topic  ${made.topicArn}`,
        `Queue  ${made.queueUrl}`,
        `Next:  glacier-transfer start ${vault} --to s3://BUCKET/FOLDER`,
      ].join('\n'),
    );
  });
}
