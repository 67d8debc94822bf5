import type { Draws } from '../../../draws';

/** A file as seen by the tool that archived it. */
export interface ArchivedFile {
  /** Separated by `/`; unique in the vault. */
  readonly path: string;
  /** `20121105T140258Z`. */
  readonly modified: string;
  readonly sizeBytes: number;
  /** The archive's place in the vault. */
  readonly position: number;
}

const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

/** With characters that formats must quote or encode: accents composed and decomposed, other scripts, quotes, commas. */
const FOLDERS = [
  'Photos',
  'Documents',
  'Backup of D',
  'projects/2nd draft (old)',
  'Music/Sigur Rós/( )',
  "Mum & Dad's",
  'R&D, secret',
  'the "final" ones',
  'home/anna/Zürich',
  'home/anna/Zu\u0308rich',
  'données/été',
  'Документы/Отчёты',
  '写真/家族',
  'صور',
  'holiday 😀',
  'var/lib/mysql',
  'C:/Users/Bob/My Pictures',
  'a\\b #1 100%',
  'x;y=z+1/~tmp',
] as const;

const FILES = [
  (n: string) => `IMG_${n}.JPG`,
  (n: string) => `DSC${n}.nef`,
  (n: string) => `scan ${n}.pdf`,
  (n: string) => `invoice no. ${n}, paid.pdf`,
  (n: string) => `dump-${n}.sql.gz`,
  (n: string) => `backup.tar.bz2.part${n}`,
  (n: string) => `Übersicht_${n}.xlsx`,
  (n: string) => `clip[${n}].mov`,
  (n: string) => n,
  (n: string) => `.hidden-${n}`,
  (n: string) => `track ${n} "live".flac`,
] as const;

/** Generates the file behind an archive created at `createdMs`; it was last modified in the year before. */
export function drawFile(draws: Draws, position: number, createdMs: number, sizeBytes: number): ArchivedFile {
  const modified = new Date(createdMs - draws.below(YEAR_MS)).toISOString();
  const name = draws.pick(FILES)(String(position).padStart(7, '0'));
  return {
    path: `${draws.pick(FOLDERS)}/${modified.slice(0, 4)}/${name}`,
    modified: compactDate(modified),
    sizeBytes,
    position,
  };
}

const compactDate = (iso: string): string => iso.replaceAll(/[-:]|\.\d+/g, '');
