import { markdownPage } from './markdown-page';

test('Markdown becomes HTML, and HTML in it stays text', () => {
  const { html } = markdownPage('# Photos\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n<img src=x onerror=alert(1)>', 'dark');
  expect(html).toContain('<h1>Photos</h1>');
  expect(html).toContain('<td>1</td>');
  expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;');
  expect(html).toContain('<body data-theme="dark">');
});

test('the page runs and loads nothing, whatever its text and theme', () => {
  const { html, policy } = markdownPage(
    '[a](javascript:alert(1)) ![b](http://evil.example/b)',
    '"><script>alert(1)</script>',
  );
  expect(html).not.toMatch(/<script|href="javascript/);
  expect(policy).toMatch(/default-src 'none'; style-src 'nonce-[0-9a-f]{32}'/);
  expect(policy).not.toMatch(/allow-scripts|unsafe|script-src|img-src/);
});
