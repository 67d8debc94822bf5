import { randomUUID } from 'node:crypto';
import { readPolicy } from '../../policy/document';
import { evaluatePolicy, type ServiceRequest } from '../../policy/evaluate';
import type { SandboxContext } from '../../service';
import { nameInArn, queueArn, topicArn } from '../arn';
import type { Messages } from '../sqs/messages';
import type { QueueStore } from '../sqs/queue-store';
import type { Subscription, TopicStore } from './topic-store';

interface Publication {
  readonly message: string;
  readonly subject?: string | undefined;
}

/** Delivers messages from topics to queues if the queues' policies allow it. */
export class Delivery {
  private readonly reported = new Set<string>();

  constructor(
    private readonly context: SandboxContext,
    private readonly topics: TopicStore,
    private readonly queues: QueueStore,
    private readonly messages: Messages,
  ) {}

  /**
   * Publishes to every subscription of an existing topic.
   * @returns the message id and how many queues received it
   */
  publish(topic: string, publication: Publication): { readonly messageId: string; readonly delivered: number } {
    const messageId = randomUUID();
    const reached = this.topics
      .subscriptionsOf(topic)
      .filter((subscription) => this.deliver(subscription, publication, messageId));
    return { messageId, delivered: reached.length };
  }

  /** Whether a policy allows a service to act; a policy that is not understood denies, with one line on stderr. */
  allowed(policy: string | undefined, request: ServiceRequest): boolean {
    const verdict = evaluatePolicy(policy === undefined ? [] : readPolicy(policy, 'resource'), request);
    if (verdict.kind === 'not-understood') {
      this.report(
        `policy of ${request.resource} not understood (${verdict.reason}): ${request.action} by ${request.service} denied`,
      );
    }
    return verdict.kind === 'allowed';
  }

  private deliver(subscription: Subscription, publication: Publication, messageId: string): boolean {
    const source = topicArn(this.context, subscription.topic);
    const name = nameInArn('sqs', this.context, subscription.endpoint);
    const queue = name === null ? undefined : this.queues.get(name);
    if (queue === undefined) return false;
    const request = {
      service: 'sns.amazonaws.com',
      action: 'sqs:SendMessage',
      resource: queueArn(this.context, queue.settings.name),
      // Services talk to each other over TLS on AWS, so the sandbox's plain HTTP must not make them fail.
      conditionKeys: new Map([
        ['aws:sourcearn', source],
        ['aws:sourceaccount', this.context.accountId],
        ['aws:securetransport', 'true'],
      ]),
    };
    if (!this.allowed(queue.settings.attributes['Policy'], request)) return false;
    const body = subscription.raw ? publication.message : this.envelope(subscription, publication, messageId);
    try {
      this.messages.send(queue.settings.name, body);
      return true;
    } catch (error) {
      this.report(`${source} could not deliver to ${subscription.endpoint}: ${String(error)}`);
      return false;
    }
  }

  /** The documented JSON envelope of a message. The signature is a placeholder: only AWS holds the key. */
  private envelope({ topic, arn }: Subscription, publication: Publication, messageId: string): string {
    const { message, subject } = publication;
    const { clock, region, endpoint } = this.context;
    return JSON.stringify(
      {
        Type: 'Notification',
        MessageId: messageId,
        TopicArn: topicArn(this.context, topic),
        ...(subject !== undefined && { Subject: subject }),
        Message: message,
        Timestamp: new Date(clock.now()).toISOString(),
        SignatureVersion: '1',
        Signature: Buffer.from('not signed: glacier-sandbox').toString('base64'),
        SigningCertURL: `https://sns.${region}.amazonaws.com/SimpleNotificationService-sandbox.pem`,
        UnsubscribeURL: `${endpoint()}/?Action=Unsubscribe&SubscriptionArn=${arn}`,
      },
      null,
      2,
    );
  }

  private report(line: string): void {
    if (this.reported.has(line)) return;
    this.reported.add(line);
    process.stderr.write(`sandbox: ${line}\n`);
  }
}
