/** Name of an archive whose description is of a known format but broken, as AWS's own transfer solution gives it. */
export const unreadableName = (archiveId: string): string => `00error/${archiveId}`;
