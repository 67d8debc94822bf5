import { closeSync, openSync } from 'node:fs';
import { linesTo, loggerTo } from './log';

test('a log that cannot be written throws nothing, however long that lasts', () => {
  const fd = openSync('/dev/full', 'w');
  try {
    const log = loggerTo(linesTo(fd), { level: 'info' });
    expect(() => {
      for (let line = 0; line < 3_000; line += 1) log.info({ text: 'x'.repeat(1_000) }, 'working');
    }).not.toThrow();
  } finally {
    closeSync(fd);
  }
});
