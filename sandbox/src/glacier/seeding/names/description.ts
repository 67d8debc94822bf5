import type { Draws } from '../../../draws';
import { asciiJson, base64, utf7 } from './encodings';
import type { ArchivedFile } from './file';
import { hostileDescription } from './hostile';
import type { NameStyle } from './styles';

/** The description that a tool gives to the archive of a file: at most 1,024 characters of ASCII 32 to 126. */
export function describeFile(style: NameStyle, file: ArchivedFile, draws: Draws): string {
  switch (style) {
    case 'plain':
      return file.path.normalize('NFC').replaceAll(/[^\x20-\x7e]/g, '_');
    case 'fastglacier-v1':
      return `<ArchiveMetadata><Path>${base64(file.path)}</Path></ArchiveMetadata>`;
    case 'fastglacier-v2':
      return `<m><v>2</v><p>${base64(file.path)}</p><lm>${file.modified}</lm></m>`;
    case 'fastglacier-v3':
      return `<m><v>3</v><p>${base64(file.path)}</p><lm>${file.modified}</lm><ce>1:1:${draws.hex(32)}</ce></m>`;
    case 'fastglacier-v4':
      return `<m><v>4</v><p>${base64(file.path)}</p><lm>${file.modified}</lm><ce>1:1:${draws.hex(32)}:${file.sizeBytes}</ce></m>`;
    case 'cloudberry':
      return JSON.stringify({ Path: utf7(file.path), UTCDateModified: file.modified });
    case 'qnap':
      return asciiJson({ type: 'file', path: file.path });
    case 'mt1':
      return `mt1 ${Buffer.from(Buffer.from(mtMetadata(file)).toString('latin1')).toString('base64url')}`;
    case 'mt2':
      return `mt2 ${Buffer.from(mtMetadata(file)).toString('base64url')}`;
    case 'git-annex':
      return `SHA256E-s${file.sizeBytes}--${draws.hex(64)}${/\.[A-Za-z0-9]{1,4}$/.exec(file.path)?.[0] ?? ''}`;
    case 'blank':
      return '';
    case 'unreadable':
      return unreadableDescription(file, draws);
    case 'hostile':
      return hostileDescription(file.position, draws);
  }
}

const mtMetadata = ({ path, modified }: ArchivedFile): string => JSON.stringify({ filename: path, mtime: modified });

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

/** A known tool's description, broken: truncated, without its path, or with a path that cannot be decoded. */
const unreadableDescription = (file: ArchivedFile, draws: Draws): string => draws.pick(BROKEN)(file);
