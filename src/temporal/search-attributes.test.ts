import { Connection } from '@temporalio/client';
import { serverAddress } from '../../test/support/temporal';
import { hasSearchAttributes } from './search-attributes';

/** A connection whose operator service answers with a gRPC status. */
function answering(code: number): Connection {
  const refusal = Object.assign(new Error(`status ${code}`), { code, details: '', metadata: {} });
  return { operatorService: { listSearchAttributes: () => Promise.reject(refusal) } } as unknown as Connection;
}

/** A connection to a namespace with these attributes. */
const knowing = (customAttributes: Record<string, number>): Connection =>
  ({ operatorService: { listSearchAttributes: async () => ({ customAttributes }) } }) as unknown as Connection;

test('the local server has them', async () => {
  const connection = await Connection.connect({ address: serverAddress() });
  await expect(hasSearchAttributes(connection, 'default')).resolves.toBe(true);
  await connection.close();
});

test('one of another type, or none, counts as lacking', async () => {
  const keywords = { GlacierVault: 2, GlacierRun: 2, TransferState: 2, Other: 3 };
  await expect(hasSearchAttributes(knowing(keywords), 'x')).resolves.toBe(true);
  await expect(hasSearchAttributes(knowing({ ...keywords, TransferState: 1 }), 'x')).resolves.toBe(false);
  await expect(hasSearchAttributes(knowing({}), 'x')).resolves.toBe(false);
});

test.each([7, 12, 16])('a server that does not let us ask (gRPC %i) counts as lacking', async (code) => {
  await expect(hasSearchAttributes(answering(code), 'x')).resolves.toBe(false);
});

test('a passing fault is an error, as it says nothing', async () => {
  await expect(hasSearchAttributes(answering(14), 'x')).rejects.toThrow('status 14');
});
