import { randomBytes } from 'node:crypto';
import MarkdownIt from 'markdown-it';

export interface MarkdownPage {
  readonly html: string;
  /** The value of Content-Security-Policy: the page executes and loads nothing. */
  readonly policy: string;
}

const STYLE = `
html { color-scheme: light; } html:has(body[data-theme^='dark']) { color-scheme: dark; }
body { margin: 0; padding: 1rem; font: 14px/1.5 sans-serif; background: #f8fafc; color: #121416; overflow-wrap: anywhere; }
code, pre { font-family: monospace; background: #e8efff; color: #121416; padding: 0 .25rem; border-radius: .25rem; }
pre { padding: .5rem; overflow-x: auto; }
blockquote { margin: 0; padding: 0 1rem; border-left: 4px solid #92a4c3; }
table { border-collapse: collapse; } td, th { padding: .1rem .75rem .1rem 0; text-align: left; }
body[data-theme^='dark'] { background: #141414; color: #f8fafc; }
body[data-theme='dark-primary'] { background: #000; }
body[data-theme='light'], body[data-theme='light-primary'] { background: #fff; }
body[data-theme^='dark'] a { color: #8098f9; }`;

/** HTML in the text is escaped. */
const markdown = new MarkdownIt({ html: false, breaks: true });

/**
 * Renders a workflow's summary or details (Markdown) as the page in the Web UI's frame.
 * @param theme such as dark-primary
 */
export function markdownPage(content: string, theme: string): MarkdownPage {
  const nonce = randomBytes(16).toString('hex');
  return {
    html:
      '<!DOCTYPE html><html><head><meta charset="utf-8"><base target="_blank">' +
      `<style nonce="${nonce}">${STYLE}</style></head>` +
      `<body data-theme="${markdown.utils.escapeHtml(theme)}"><main>${markdown.render(content)}</main></body></html>`,
    policy:
      `base-uri 'self'; default-src 'none'; style-src 'nonce-${nonce}'; frame-ancestors 'self'; form-action 'none'; ` +
      'sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox',
  };
}
