import { safeName, shortenName } from './safe-name';

describe('safe names', () => {
  it.each([
    ['/etc/passwd', 'etc/passwd'],
    ['../../etc/passwd', 'etc/passwd'],
    ['a/./b/../c', 'a/b/c'],
    ['a//b/', 'a/b'],
    ['a/ .. /b', 'a/b'],
    ['...', '...'],
    ['..hidden', '..hidden'],
    ['C:\\Users\\me\\photo.jpg', 'C:/Users/me/photo.jpg'],
    ['\\\\server\\share\\photo.jpg', 'server/share/photo.jpg'],
    ['..\\\\..\\\\boot.ini', 'boot.ini'],
    ['a\\b.txt', 'a\\b.txt'],
    ['a\u0000b\u001b[31mc\u007fd\u0085e', 'a_b_[31mc_d_e'],
    ['invoice\u202egpj.exe', 'invoice_gpj.exe'],
    ['zero\u200bwidth\u200djoin\ufeffed', 'zero_width_join_ed'],
    ['line\u2028break\u2029', 'line_break'],
    ['hangul\u3164filler, tag\u{e0041}, annotation\ufff9', 'hangul_filler, tag_, annotation_'],
    ['an emoji \u2764\ufe0f', 'an emoji \u2764\ufe0f'],
    ['lone\ud800high\udc00low', 'lone_high_low'],
    ['not a character \uffff\u{1fffe}', 'not a character __'],
    ['Zürich/日本/😀.jpg', 'Zürich/日本/😀.jpg'],
  ])('%j becomes %j', (name, safe) => {
    expect(safeName(name)).toBe(safe);
  });

  it('keeps composed and decomposed twins apart', () => {
    expect(safeName('\u00e9')).not.toBe(safeName('e\u0301'));
  });
});

describe('shortening', () => {
  it('leaves a name that fits exactly', () => {
    expect(shortenName('a'.repeat(100), 100)).toBe('a'.repeat(100));
  });

  it('keeps the extension', () => {
    expect(shortenName(`${'a'.repeat(200)}.jpg`, 100)).toBe(`${'a'.repeat(96)}.jpg`);
  });

  it('never cuts a character', () => {
    expect(shortenName('😀'.repeat(30), 98)).toBe('😀'.repeat(24));
  });

  it('takes no long ending for an extension', () => {
    expect(shortenName(`a.${'b'.repeat(200)}`, 100)).toBe(`a.${'b'.repeat(98)}`);
  });

  it('leaves no hollow segment at the cut', () => {
    expect(shortenName(`${'a'.repeat(96)}/..${'b'.repeat(50)}`, 99)).toBe('a'.repeat(96));
  });
});
