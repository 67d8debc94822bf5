import { decodeGitAnnex } from './git-annex';

const SHA256 = 'f50d7ac4c6b9031379986bc362fcefb65f1e52621ce1708d537e740fefc59cc0';

describe('git-annex', () => {
  it.each([
    `SHA256E-s31390--${SHA256}.mp3`,
    `SHA256E-s31390--${SHA256}.tar.gz`,
    `SHA256-s31390--${SHA256}`,
    `SHA3_256E-s31390--${SHA256}.mp3`,
    `SKEIN256-s31390--${SHA256}`,
    `BLAKE2B256E-s31390--${SHA256}.mp3`,
    'MD5E-s5--7d793037a0760186574b0282f2f435e7.txt',
    `SHA256E-s31390-S10000-C2--${SHA256}.mp3`,
    'GPGHMACSHA1--2945f64d1dbd0ac8f1b0a2f5a5a0c6b3b7f1a2c3',
    'WORM-s3-m1289672605--file -- two',
    'URL--http&c%%example.com%video.mp4',
    `annex/SHA256E-s31390--${SHA256}.mp3`,
    `my prefix-SHA256E-s31390--${SHA256}.mp3`,
  ])('%s is the name', (key) => {
    expect(decodeGitAnnex(key)).toEqual({ name: key, format: 'git-annex' });
  });

  it.each(['photo--2012.jpg', 'SHA256E-s31390--cafe', `SHA256E-31390--${SHA256}`, `SHA256 ${SHA256}`, 'WORM--', ''])(
    '%j is not its format',
    (description) => {
      expect(decodeGitAnnex(description)).toBeNull();
    },
  );
});
