import { Journal } from '../../journal';

export interface Topic {
  readonly name: string;
  /** Attributes that were set, by their API names; Policy is always there. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Subscription {
  readonly arn: string;
  readonly topic: string;
  /** ARN of an SQS queue, which need not exist. */
  readonly endpoint: string;
  /** The queue gets the bare message, without the JSON envelope. */
  readonly raw: boolean;
}

/** Everything that can happen to topics, as the journal stores it. */
type TopicEvent =
  | { readonly type: 'topic'; readonly topic: Topic }
  | { readonly type: 'topic-deleted'; readonly name: string }
  | { readonly type: 'subscription'; readonly subscription: Subscription }
  | { readonly type: 'unsubscribed'; readonly arn: string };

/** All topics and subscriptions of the sandbox, in memory, with a journal behind them. */
export class TopicStore {
  private readonly topics = new Map<string, Topic>();
  private readonly subscriptions = new Map<string, Subscription>();
  private readonly journal: Journal<TopicEvent>;

  constructor(path: string) {
    this.journal = Journal.open<TopicEvent>(path, (event) => this.apply(event));
    this.journal.compact(this.snapshot());
  }

  topic(name: string): Topic | undefined {
    return this.topics.get(name);
  }

  topicNames(): readonly string[] {
    return [...this.topics.keys()].sort();
  }

  subscription(arn: string): Subscription | undefined {
    return this.subscriptions.get(arn);
  }

  subscriptionsOf(topic: string): readonly Subscription[] {
    return this.allSubscriptions().filter((subscription) => subscription.topic === topic);
  }

  allSubscriptions(): readonly Subscription[] {
    return [...this.subscriptions.values()];
  }

  /** Applies an event: on disk first, then in memory. */
  record(event: TopicEvent): void {
    this.journal.append(event);
    this.apply(event);
  }

  close(): void {
    this.journal.close();
  }

  private *snapshot(): Iterable<TopicEvent> {
    for (const topic of this.topics.values()) yield { type: 'topic', topic };
    for (const subscription of this.subscriptions.values()) yield { type: 'subscription', subscription };
  }

  private apply(event: TopicEvent): void {
    switch (event.type) {
      case 'topic':
        this.topics.set(event.topic.name, event.topic);
        return;
      case 'topic-deleted':
        this.topics.delete(event.name);
        for (const { arn } of this.subscriptionsOf(event.name)) this.subscriptions.delete(arn);
        return;
      case 'subscription':
        this.subscriptions.set(event.subscription.arn, event.subscription);
        return;
      case 'unsubscribed':
        this.subscriptions.delete(event.arn);
        return;
    }
  }
}
