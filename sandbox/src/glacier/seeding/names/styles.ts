/** How descriptions of archives are written: by which tool, or how they are broken. */
export const NAME_STYLES = [
  'plain',
  'fastglacier-v1',
  'fastglacier-v2',
  'fastglacier-v3',
  'fastglacier-v4',
  'cloudberry',
  'qnap',
  'mt1',
  'mt2',
  'git-annex',
  'blank',
  'unreadable',
  'hostile',
] as const;
export type NameStyle = (typeof NAME_STYLES)[number];
