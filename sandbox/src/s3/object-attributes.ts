import { checksumElements } from './checksums/algorithms';
import { S3Error } from './errors';
import type { StoredObject } from './model';
import { partsPage } from './parts-page';
import { requestedObject, versionHeader } from './requested-version';
import { boundedInteger, header, httpTime, xmlReply, type Reply, type S3Call } from './s3-call';
import { s3Document, type XmlNode } from './xml';

const ATTRIBUTES = ['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize'] as const;
type Attribute = (typeof ATTRIBUTES)[number];

/** GetObjectAttributes. Archived objects answer too. */
export function getObjectAttributes(call: S3Call): Reply {
  const object = requestedObject(call);
  const elements = wantedAttributes(call).map((attribute) => attributeElement(call, object, attribute));
  return xmlReply(s3Document('GetObjectAttributesResponse', Object.assign({}, ...elements) as XmlNode), {
    'last-modified': httpTime(object.modifiedMs),
    ...versionHeader(call, object),
  });
}

function wantedAttributes(call: S3Call): readonly Attribute[] {
  const names = (header(call, 'x-amz-object-attributes') ?? '').split(',').map((name) => name.trim());
  return names.map((name) => {
    const attribute = ATTRIBUTES.find((candidate) => candidate === name);
    if (attribute !== undefined) return attribute;
    throw new S3Error('InvalidArgument', 'Invalid attribute name specified.', {
      ArgumentName: 'x-amz-object-attributes',
      ArgumentValue: name,
    });
  });
}

function attributeElement(call: S3Call, object: StoredObject, attribute: Attribute): XmlNode {
  switch (attribute) {
    case 'ETag':
      // Unlike everywhere else, without quotes.
      return { ETag: object.etag };
    case 'Checksum': {
      const { algorithm, type, value } = object.checksum;
      return { Checksum: { ...checksumElements({ [algorithm]: value }), ChecksumType: type } };
    }
    case 'ObjectParts':
      return object.uploadChecksum === null ? {} : { ObjectParts: objectParts(call, object) };
    case 'StorageClass':
      return { StorageClass: object.storageClass };
    case 'ObjectSize':
      return { ObjectSize: object.sizeBytes };
  }
}

/** Parts are listed one by one only where the client named a checksum algorithm. */
function objectParts(call: S3Call, object: StoredObject): XmlNode {
  const count = { PartsCount: object.parts.length };
  if (object.uploadChecksum?.requested !== true) return count;
  const most = boundedInteger('x-amz-max-parts', header(call, 'x-amz-max-parts'), 1000) ?? 1000;
  const markerHeader = header(call, 'x-amz-part-number-marker');
  const marker = boundedInteger('x-amz-part-number-marker', markerHeader, 10_000) ?? 0;
  const { parts, bounds } = partsPage(object.parts, marker, most);
  const { algorithm } = object.checksum;
  return {
    ...count,
    ...bounds,
    Part: parts.map((part) => ({
      PartNumber: part.partNumber,
      Size: part.sizeBytes,
      ...checksumElements({ [algorithm]: part.checksums[algorithm] }),
    })),
  };
}
