/** Name of an archive whose description says nothing, as AWS's own transfer solution gives it. */
export const blankName = (archiveId: string): string => `00undefined/${archiveId}`;
