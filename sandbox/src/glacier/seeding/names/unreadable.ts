import type { Draws } from '../../../draws';
import { asciiJson, base64, utf7 } from './encodings';
import type { ArchivedFile } from './file';

const BROKEN = [
  ({ path }: ArchivedFile) => `<m><v>4</v><p>${base64(path)}</m>`,
  ({ path, modified }: ArchivedFile) => `<m><v>4</v><p>${base64(path)}</p><lm>${modified}</lm><ce>1:1:`,
  ({ modified }: ArchivedFile) => `<m><v>4</v><lm>${modified}</lm></m>`,
  ({ position }: ArchivedFile) => `<m><v>4</v><p>?${position}!*</p></m>`,
  ({ path }: ArchivedFile) => `<m><v>4</v><p>${base64(path)}</p><p>${base64(path)}</p></m>`,
  ({ path }: ArchivedFile) => `<ArchiveMetadata><Path>${base64(path)}</ArchiveMetadata>`,
  ({ path }: ArchivedFile) => JSON.stringify({ Path: utf7(path) }).slice(0, -2),
  ({ position }: ArchivedFile) => `{"Path":"${position}/+BEQEMA`,
  ({ modified }: ArchivedFile) => JSON.stringify({ UTCDateModified: modified }),
  ({ path }: ArchivedFile) => asciiJson({ type: 'file', path: [path] }),
  ({ path }: ArchivedFile) => `mt2 ${base64(JSON.stringify({ filename: path })).slice(0, -7)}`,
  ({ position }: ArchivedFile) => `mt1 ${position}`,
] as const;

/** A known tool's description, broken: cut short, without its path, or with a path that cannot be decoded. */
export const unreadableDescription = (file: ArchivedFile, draws: Draws): string => draws.pick(BROKEN)(file);
