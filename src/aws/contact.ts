import type { Agent } from 'node:http';
import type { AwsContactReport, UnansweredService } from '../wire/contact';
import { Silence, type Counted } from './silence';

/** Longer than any service takes to respond: a long poll of SQS takes 20 s. */
const SILENT_MS = 30_000;
/** Longer than the longest retry delay: a failure older than this that was not retried is not reported. */
const RECENT_MS = 150_000;

interface Failing extends Pick<UnansweredService, 'kind' | 'message'> {
  readonly sinceMs: number;
  readonly lastMs: number;
}

/** When each AWS service last responded to this process, and since when it does not. */
export class AwsContact {
  private readonly answeredAtMs = new Map<string, number>();
  private readonly failing = new Map<string, Failing>();
  private readonly endpoints = new Map<string, string>();
  private readonly silence = new Silence();
  private readonly agents = new Set<Agent>();

  /** Watches the agent's connections until the returned function is called. */
  watch(agent: Agent): () => void {
    this.agents.add(agent);
    return () => this.agents.delete(agent);
  }

  asked(service: string, endpoint: string): void {
    this.endpoints.set(service, endpoint);
  }

  /** URL of the last request to a service; null if there was none. */
  endpointOf(service: string): string | null {
    return this.endpoints.get(service) ?? null;
  }

  answered(service: string, nowMs = Date.now()): void {
    this.answeredAtMs.set(service, nowMs);
    this.failing.delete(service);
  }

  /** An attempt got no response or a server error. */
  unanswered(service: string, kind: UnansweredService['kind'], message: string, nowMs = Date.now()): void {
    const sinceMs = this.failing.get(service)?.sinceMs ?? nowMs;
    this.failing.set(service, { sinceMs, lastMs: nowMs, kind, message });
  }

  report(nowMs = Date.now()): AwsContactReport {
    const unanswered: UnansweredService[] = [...this.failing]
      .filter(([, { lastMs }]) => nowMs - lastMs <= RECENT_MS)
      .map(([service, { sinceMs, kind, message }]) => ({ service, kind, forMs: nowMs - sinceMs, message }));
    const silentMs = this.silence.check(this.sockets(), nowMs);
    if (silentMs !== null && silentMs >= SILENT_MS) {
      unanswered.push({
        service: null,
        kind: 'silent',
        forMs: silentMs,
        message: 'requests are sent and get no response',
      });
    }
    const answeredMs = Object.fromEntries([...this.answeredAtMs].map(([service, atMs]) => [service, nowMs - atMs]));
    return { answeredMs, unanswered };
  }

  private *sockets(): Generator<Counted> {
    for (const { sockets } of this.agents) for (const busy of Object.values(sockets)) yield* busy ?? [];
  }
}

/** Of this process: its activities share all connections. */
export const awsContact = new AwsContact();
