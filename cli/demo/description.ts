/** Glacier takes up to 1,024 characters, ASCII 32 to 126 (API reference, Upload Archive). */
const PLAIN = /^[\u0020-\u007e]{1,1024}$/;
/** Texts that readers of descriptions take for a vendor's format, or that Glacier changes (leading spaces). */
const MISTAKABLE = /^(\s|<|\{|mt\d )/;

/**
 * The archive description that carries a file's name: the name itself or, where Glacier could not keep it,
 * FastGlacier's XML (version 2, path in base64).
 * @returns null when the name does not fit
 */
export function describeName(name: string): string | null {
  if (PLAIN.test(name) && !MISTAKABLE.test(name)) return name;
  const xml = `<m><v>2</v><p>${Buffer.from(name).toString('base64')}</p><lm>20260101T000000Z</lm></m>`;
  return PLAIN.test(xml) ? xml : null;
}
