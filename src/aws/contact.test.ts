import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClients, type AwsClients } from './clients';
import { AwsContact, awsContact } from './contact';

describe('the contact with AWS', () => {
  test('reports a service that does not respond from its first failure until its next response', () => {
    const contact = new AwsContact();
    contact.answered('s3', 1_000);
    contact.unanswered('s3', 'silent', 'connection reset', 5_000);
    contact.unanswered('s3', 'silent', 'connection refused', 9_000);
    expect(contact.report(10_000)).toEqual({
      answeredMs: { s3: 9_000 },
      unanswered: [{ service: 's3', kind: 'silent', forMs: 5_000, message: 'connection refused' }],
    });
    contact.answered('s3', 11_000);
    expect(contact.report(12_000)).toEqual({ answeredMs: { s3: 1_000 }, unanswered: [] });
  });

  test('a response of one service does not affect another', () => {
    const contact = new AwsContact();
    contact.unanswered('glacier', 'errors', 'HTTP 503 Service Unavailable', 1_000);
    contact.answered('s3', 2_000);
    expect(contact.report(3_000).unanswered).toMatchObject([{ service: 'glacier', kind: 'errors', forMs: 2_000 }]);
  });

  test('an old failure without retries is forgotten', () => {
    const contact = new AwsContact();
    contact.unanswered('s3', 'silent', 'connection reset', 0);
    expect(contact.report(200_000).unanswered).toEqual([]);
  });
});

describe('the AWS clients of a process', () => {
  let server: Server;
  let clients: AwsClients;
  let status = 200;

  const ask = async (): Promise<void> => {
    await clients.s3.send(new ListBucketsCommand({})).catch(() => undefined);
  };
  const s3 = () => awsContact.report().unanswered.find(({ service }) => service === 's3');

  beforeAll(async () => {
    server = createServer((_request, response) => response.writeHead(status).end('<a/>'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_MAX_ATTEMPTS: '1',
    });
    clients = createClients();
  });
  afterAll(() => {
    clients.destroy();
    server.close();
  });

  test('record responses, server errors and refused connections for each attempt', async () => {
    await ask();
    expect(s3()).toBeUndefined();
    expect(awsContact.report().answeredMs['s3']).toBeGreaterThanOrEqual(0);
    status = 503;
    await ask();
    expect(s3()).toMatchObject({ kind: 'errors', message: 'HTTP 503 Service Unavailable' });
    status = 403;
    await ask();
    expect(s3()).toBeUndefined();
    server.close();
    server.closeAllConnections();
    await ask();
    expect(s3()).toMatchObject({ kind: 'silent', message: 'connection refused' });
  });

  test('detect a server that accepts requests without responding before any time-out', async () => {
    const hanging = createServer(() => undefined);
    await new Promise<void>((resolve) => hanging.listen(0, '127.0.0.1', resolve));
    process.env['AWS_ENDPOINT_URL'] = `http://127.0.0.1:${(hanging.address() as AddressInfo).port}`;
    const waiting = createClients();
    const asked = new Promise((resolve) => hanging.once('request', resolve));
    const request = waiting.s3.send(new ListBucketsCommand({})).catch(() => undefined);
    await asked;
    const silentAfter = (seconds: number) =>
      awsContact.report(Date.now() + seconds * 1_000).unanswered.find(({ service }) => service === null);
    expect([0, 5, 10, 15, 20, 25].map(silentAfter)).toEqual(Array.from({ length: 6 }, () => undefined));
    expect([30, 35].map(silentAfter).at(-1)).toMatchObject({
      kind: 'silent',
      message: 'requests are sent and get no response',
    });
    hanging.closeAllConnections();
    waiting.destroy();
    hanging.close();
    await request;
  });

  test('do not report an abort of ours as an outage', async () => {
    const before = s3();
    const abortSignal = AbortSignal.abort();
    await clients.s3.send(new ListBucketsCommand({}), { abortSignal }).catch(() => undefined);
    expect(s3()?.message).toBe(before?.message);
  });
});
