/**
 * Text from outside (archive descriptions, keys, messages of services) made harmless for a terminal: control and
 * escape characters, line ends, and the invisible characters that reorder or hide text become U+FFFD.
 */
export function safeText(untrusted: string): string {
  return untrusted.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '\uFFFD');
}
