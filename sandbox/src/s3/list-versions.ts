import { S3Error } from './errors';
import { listItems } from './item-listing';
import { keyEncoder, pageSize } from './list-objects';
import { isDeleteMarker, versionName, type Version } from './model';
import { isoTime, owner, quoted, xmlReply, type Reply, type S3Call } from './s3-call';
import { s3Document, type XmlNode } from './xml';

/** ListObjectVersions: by key, and the newest version first. */
export function listObjectVersions(call: S3Call): Reply {
  const { objects } = call.store.bucket(call.bucket);
  const encode = keyEncoder(call);
  const most = pageSize(call, 'max-keys');
  const prefix = call.query.get('prefix') ?? '';
  const delimiter = call.query.get('delimiter');
  const keyMarker = call.query.get('key-marker') ?? '';
  const idMarker = call.query.get('version-id-marker') ?? '';
  if (idMarker !== '' && keyMarker === '') throw markerWithoutKey(idMarker);
  const page = listItems<Version>({
    keys: [objects.keys(), objects.keysWithOthers()],
    itemsOf: (key) => objects.versions(key),
    idOf: versionName,
    prefix,
    delimiter: delimiter ?? '',
    after: { key: keyMarker, id: idMarker === '' ? null : idMarker },
    most,
  });
  const account = owner(call);
  const describe = (version: Version): XmlNode => ({
    Key: encode(version.key),
    VersionId: versionName(version),
    IsLatest: objects.versions(version.key)[0] === version,
    ...elements(version),
    Owner: account,
  });
  const last = page.truncated ? page.last : null;
  return xmlReply(
    s3Document('ListVersionsResult', {
      Name: call.bucket,
      Prefix: encode(prefix),
      KeyMarker: encode(keyMarker),
      VersionIdMarker: idMarker,
      NextKeyMarker: last === null ? null : encode(typeof last === 'string' ? last : last.key),
      NextVersionIdMarker: last === null || typeof last === 'string' ? null : versionName(last),
      MaxKeys: most,
      Delimiter: delimiter === null ? null : encode(delimiter),
      EncodingType: call.query.get('encoding-type'),
      IsTruncated: page.truncated,
      Version: page.items.filter((version) => !isDeleteMarker(version)).map(describe),
      DeleteMarker: page.items.filter(isDeleteMarker).map(describe),
      CommonPrefixes: page.commonPrefixes.map((name) => ({ Prefix: encode(name) })),
    }),
  );
}

const elements = (version: Version): XmlNode =>
  isDeleteMarker(version)
    ? { LastModified: isoTime(version.markedMs) }
    : {
        LastModified: isoTime(version.modifiedMs),
        ETag: quoted(version.etag),
        ChecksumAlgorithm: version.checksum.algorithm,
        ChecksumType: version.checksum.type,
        Size: version.sizeBytes,
        StorageClass: version.storageClass,
      };

const markerWithoutKey = (idMarker: string): S3Error =>
  new S3Error('InvalidArgument', 'A version-id marker cannot be specified without a key marker.', {
    ArgumentName: 'version-id-marker',
    ArgumentValue: idMarker,
  });
