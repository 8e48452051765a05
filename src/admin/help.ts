import { type AdminContext, type AdminParam, type AdminRoute, HTML, page, text } from './route.ts';

export function helpText(routes: readonly AdminRoute[]): string {
  let out = 'admin commands are:\n';
  for (const { path, help, changes, params } of routes) {
    out += `  ${path}${changes ? ' (POST)' : ''}: ${help}\n`;
    for (const param of params) out += `      ${param.name}: ${param.help}${choices(param)}\n`;
  }
  return out;
}

function choices({ oneOf }: AdminParam): string {
  return oneOf === undefined || oneOf.length === 0 ? '' : `; One of (${oneOf.join(', ')})`;
}

export const help: AdminRoute = page('/help', 'print out list of admin commands', (_request, { routes }) => text(helpText(routes)));

/** A table of all pages: links for what reads, buttons for what changes. */
function homePage({ routes }: AdminContext): string {
  const rows = routes.filter(({ path }) => path !== '/').map(row);
  return `<!DOCTYPE html>
<html lang='en'>
<head>
  <meta charset='utf-8'>
  <title>Outrigger Admin</title>
  <style>
    body { font-family: sans-serif; margin: 2em; }
    table { border-collapse: collapse; }
    td, th { padding: 0.3em 1em; text-align: left; vertical-align: top; border-top: 1px solid #ddd; }
    button, input, select { font: inherit; }
  </style>
</head>
<body>
  <table>
    <thead><tr><th>Command</th><th>Description</th></tr></thead>
    <tbody>
${rows.join('\n')}
    </tbody>
  </table>
</body>
</html>
`;
}

function row({ path, help, changes, params }: AdminRoute): string {
  const action = escapeHtml(path.slice(1));
  if (!changes && params.length === 0) return `      <tr><td><a href='${action}'>${action}</a></td><td>${escapeHtml(help)}</td></tr>`;
  const fields = params.map((param) => `<br><label>${field(param)} ${escapeHtml(param.help)}</label>`).join('');
  const form = `<form action='${action}' method='${changes ? 'post' : 'get'}'><button>${action}</button>${fields}</form>`;
  return `      <tr><td>${form}</td><td>${escapeHtml(help)}</td></tr>`;
}

function field({ name, oneOf }: AdminParam): string {
  const attribute = `name='${escapeHtml(name)}'`;
  if (oneOf === undefined) return `<input type='text' ${attribute}>`;
  if (oneOf.length === 0) return `<input type='checkbox' ${attribute}>`;
  return `<select ${attribute}>${oneOf.map((value) => `<option>${escapeHtml(value)}</option>`).join('')}</select>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

export const home: AdminRoute = page('/', 'Admin home page', (_request, context) => ({ status: 200, type: HTML, body: homePage(context) }));
