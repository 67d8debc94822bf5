import { checkedDescription } from './environment';
import { GlacierError, invalidParameter, missingParameter, notImplemented, serializationError } from './errors';
import { textMember } from './http';
import { type InventoryParameters, TIERS, type Tier } from './model';
import { sequenceOfMarker } from './page';
import { type ByteRange, parseRange } from './range';

interface JobRequestBase {
  readonly description: string | null;
  readonly snsTopic: string | null;
}
export interface ArchiveJobRequest extends JobRequestBase {
  readonly kind: 'archive';
  readonly archiveId: string;
  readonly tier: Tier;
  /** Null: the whole archive. */
  readonly range: ByteRange | null;
}
export interface InventoryJobRequest extends JobRequestBase {
  readonly kind: 'inventory';
  readonly parameters: InventoryParameters;
}

type Body = Readonly<Record<string, unknown>>;

/** Checks the body of InitiateJob as far as possible without the archive. @throws GlacierError */
export function parseJobRequest(body: Body): ArchiveJobRequest | InventoryJobRequest {
  const type = textMember(body, 'Type');
  if (type === null) throw missingParameter('Type');
  const description = textMember(body, 'Description');
  const base: JobRequestBase = {
    description: description === null ? null : checkedDescription(description),
    snsTopic: textMember(body, 'SNSTopic'),
  };
  switch (type.toLowerCase()) {
    case 'archive-retrieval':
      refuseMembers(body, ['Format', 'InventoryRetrievalParameters'], type);
      return { ...base, kind: 'archive', ...archiveMembers(body) };
    case 'inventory-retrieval':
      // A Tier is accepted: AWS documents it for archives only, but shows one in inventory jobs as well.
      refuseMembers(body, ['ArchiveId', 'RetrievalByteRange'], type);
      return { ...base, kind: 'inventory', parameters: inventoryParameters(body) };
    case 'select':
      throw notImplemented('InitiateJob of type select');
    default:
      throw invalidParameter(`Invalid job type: ${type}`);
  }
}

function refuseMembers(body: Body, names: readonly string[], type: string): void {
  const unwanted = names.filter((name) => (body[name] ?? null) !== null);
  if (unwanted.length > 0) throw invalidParameter(`Not allowed in a job of type ${type}: ${unwanted.join(', ')}`);
}

function archiveMembers(body: Body): Pick<ArchiveJobRequest, 'archiveId' | 'tier' | 'range'> {
  const archiveId = textMember(body, 'ArchiveId');
  if (archiveId === null) throw missingParameter('ArchiveId');
  const tierText = textMember(body, 'Tier') ?? 'Standard';
  const tier = TIERS.find((known) => known.toLowerCase() === tierText.toLowerCase());
  if (tier === undefined) throw invalidParameter(`Invalid tier: ${tierText}`);
  const rangeText = textMember(body, 'RetrievalByteRange');
  const range = rangeText === null ? null : parseRange(rangeText);
  if (rangeText !== null && range === null) throw invalidRange(rangeText);
  return { archiveId, tier, range };
}

export const invalidRange = (text: string): GlacierError => invalidParameter(`Invalid Retrieval Byte Range: ${text}`);

const UTC_DATE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z$/;

function inventoryParameters(body: Body): InventoryParameters {
  const formatText = textMember(body, 'Format') ?? 'JSON';
  const format = (['JSON', 'CSV'] as const).find((known) => known === formatText.toUpperCase());
  if (format === undefined) throw invalidParameter(`Invalid format: ${formatText}`);

  const wanted = body['InventoryRetrievalParameters'] ?? {};
  if (typeof wanted !== 'object') throw serializationError('InventoryRetrievalParameters is not an object.');
  const parameters: InventoryParameters = {
    format,
    startDate: textMember(wanted as Body, 'StartDate'),
    endDate: textMember(wanted as Body, 'EndDate'),
    limit: textMember(wanted as Body, 'Limit'),
    marker: textMember(wanted as Body, 'Marker'),
  };
  for (const date of [parameters.startDate, parameters.endDate]) {
    if (date !== null && !(UTC_DATE.test(date) && Number.isFinite(Date.parse(date)))) {
      throw invalidParameter(`Invalid date: ${date}`);
    }
  }
  if (parameters.limit !== null && !/^[1-9]\d{0,14}$/.test(parameters.limit)) {
    throw invalidParameter(`Invalid limit: ${parameters.limit}`);
  }
  sequenceOfMarker(parameters.marker);
  return parameters;
}
