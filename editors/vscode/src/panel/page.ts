// The pages of the panel. They are text and style alone: no scripts, nothing loaded from anywhere.

/** What `nnc grad --format json` prints, as far as it is shown. */
export interface Gradient {
  kind: 'gradient';
  model: string;
  loss: string;
  text: string;
}

/** What `nnc summary --format json` prints. */
export interface Summary {
  kind: 'summary';
  model: string;
  rows: { name: string; shape: string; parameters: number; flops: number | string; bytes: number | string }[];
  parameters: number;
  flops: number | string;
  training_step?: { bytes: number; stored_bytes: number; batch_bytes: number; workspace_bytes: number } | null;
}

/** What `nnc explain` prints. */
export interface Schedule {
  kind: 'schedule';
  model: string;
  text: string;
}

/** What `nnc graph` prints: a drawing as SVG, whose colours are variables. */
export interface Graph {
  kind: 'graph';
  model: string;
  svg: string;
}

/** What the tool says of a file that it cannot do this with. */
export interface Failure {
  kind: 'failure';
  title: string;
  text: string;
}

export type Report = Gradient | Summary | Schedule | Graph | Failure;

/** A report as a page of its own. */
export function page(report: Report): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escape(titleOf(report))}</title>
<style>${style}</style>
</head>
<body>
${body(report)}
</body>
</html>
`;
}

export function titleOf(report: Report): string {
  switch (report.kind) {
    case 'gradient': return `Gradient of ${report.loss} in ${report.model}`;
    case 'summary': return `Summary of ${report.model}`;
    case 'schedule': return `Schedule of ${report.model}`;
    case 'graph': return `Graph of ${report.model}`;
    case 'failure': return report.title;
  }
}

function body(report: Report): string {
  const heading = `<h1>${escape(titleOf(report))}</h1>`;
  switch (report.kind) {
    case 'gradient': return heading + equations(report.text);
    case 'summary': return heading + summary(report);
    case 'schedule': return heading + schedule(report.text);
    case 'graph': return heading + report.svg;
    case 'failure': return `${heading}<pre class="failure">${escape(report.text)}</pre>`;
  }
}

/** The derivative: a line without indentation begins a section, and every equation has its sign under the others'. */
function equations(text: string): string {
  const parts: string[] = [];
  let rows: string[] = [];
  const close = () => {
    if (rows.length > 0) parts.push(`<table class="equations">${rows.join('')}</table>`);
    rows = [];
  };
  for (const line of text.split('\n').slice(1).filter(l => l.trim().length > 0)) {
    if (!line.startsWith(' ')) {
      close();
      parts.push(`<h2>${escape(line)}</h2>`);
      continue;
    }

    const depth = line.search(/\S/) / 2 - 1;
    const at = line.indexOf(' = ');
    rows.push(at < 0 || /^\s*for /.test(line)
      ? `<tr style="--depth:${depth}"><td colspan="3" class="loop">${coloured(line.trim())}</td></tr>`
      : `<tr style="--depth:${depth}"><td class="left">${coloured(line.slice(0, at).trim())}</td><td class="sign">=</td><td>${coloured(line.slice(at + 3))}</td></tr>`);
  }

  close();
  return parts.join('\n');
}

function summary(report: Summary): string {
  const rows = report.rows.map(r => `<tr><td class="name">${escape(r.name)}</td><td>${coloured(r.shape)}</td>`
    + [r.parameters || '', r.flops || '', r.bytes].map(v => `<td class="number">${escape(count(v))}</td>`).join('') + '</tr>');
  const step = report.training_step;
  const facts: [string, string][] = [
    ['parameters', count(report.parameters)],
    ['FLOPs', count(report.flops)],
    ...(step ? [['bytes of a training step', count(step.bytes)] as [string, string]] : []),
  ];
  return `<dl>${facts.map(([name, value]) => `<div><dt>${escape(name)}</dt><dd>${escape(value)}</dd></div>`).join('')}</dl>
<table class="grid">
<thead><tr><th>equation</th><th>shape</th><th class="number">parameters</th><th class="number">FLOPs</th><th class="number">bytes</th></tr></thead>
<tbody>${rows.join('\n')}</tbody>
</table>`;
}

/** The schedule: each recurrence with the eight things that may be done, and whether they were. */
function schedule(text: string): string {
  return text.split('\n').map(line => {
    const done = /^(\s+\d+ )(.*?)(: )(applied|not applied|nothing to do)(.*)$/.exec(line);
    if (done) {
      return `<p class="step">${escape(done[1])}${escape(done[2])} <span class="${done[4].replaceAll(' ', '-')}">${escape(done[4])}</span>${escape(done[5])}</p>`;
    }

    if (line.trim().length === 0) return '<p class="gap"></p>';
    return line.startsWith(' ') ? `<p class="detail" style="padding-left:${line.search(/\S/)}ch">${escape(line.trim())}</p>` : `<h2>${escape(line)}</h2>`;
  }).join('\n');
}

/** 431080·N is 431,080·N. */
function count(value: number | string): string {
  return `${value}`.replace(/\d{4,}/g, digits => Number(digits).toLocaleString('en-US'));
}

const tokens = /(δ[^\s·⊙()[\],+−^²ᵀ]*|Δ[^\s·⊙()[\],+−^²ᵀ]*|∂[^\s]*)|(\b(?:if|then|else|for|in|true|false|real|int|bool)\b)|([A-Za-z_][\w.]*)(?=\()|(?<!\w)(\d[\d_.]*(?:e[+-]?\d+)?)|([·⊙+−/*Σᵀ²=…])/gu;

/** Adjoints, words, functions, numbers and signs, each in its colour. */
function coloured(text: string): string {
  const classes = ['adjoint', 'word', 'function', 'literal', 'operator'];
  let end = 0;
  let result = '';
  for (const match of text.matchAll(tokens)) {
    const kind = classes[match.slice(1).findIndex(g => g !== undefined)];
    result += `${escape(text.slice(end, match.index))}<span class="${kind}">${escape(match[0])}</span>`;
    end = match.index + match[0].length;
  }

  return result + escape(text.slice(end));
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

const style = `
body { color: var(--vscode-editor-foreground, #d4d4d4); background: var(--vscode-editor-background, #1e1e1e);
  font: 14px/1.6 var(--vscode-font-family, "DejaVu Sans", sans-serif); padding: 0.5em 1.5em 2em; }
h1 { font-size: 1.35em; font-weight: 600; margin: 0.6em 0 0.4em; }
h2 { font-size: 1em; font-weight: 600; margin: 1.4em 0 0.4em; color: var(--vscode-descriptionForeground, #9d9d9d);
  border-bottom: 1px solid var(--vscode-editorWidget-border, #454545); padding-bottom: 0.2em; }
table, pre, p { font-family: var(--vscode-editor-font-family, "DejaVu Sans Mono", monospace); font-size: 0.95em; }
table { border-collapse: collapse; }
td { vertical-align: top; white-space: pre-wrap; }
.equations td:first-child { padding-left: calc(1.5em * var(--depth)); }
.equations .left { white-space: nowrap; }
.equations .sign { padding: 0 0.8em; color: var(--vscode-descriptionForeground, #9d9d9d); }
.loop { padding-top: 0.5em; }
.grid td, .grid th { padding: 0.2em 1.4em 0.2em 0; text-align: left; border-bottom: 1px solid var(--vscode-editorWidget-border, #333); }
.grid th { font-weight: 600; color: var(--vscode-descriptionForeground, #9d9d9d); }
.grid .number { text-align: right; }
dl { display: flex; flex-wrap: wrap; gap: 1em; margin: 0.5em 0 1.2em; }
dl div { border: 1px solid var(--vscode-editorWidget-border, #454545); border-radius: 4px; padding: 0.5em 1em; }
dt { color: var(--vscode-descriptionForeground, #9d9d9d); font-size: 0.85em; }
dd { margin: 0; font-size: 1.3em; }
p { margin: 0; white-space: pre-wrap; }
.gap { height: 0.8em; }
.detail { color: var(--vscode-descriptionForeground, #9d9d9d); }
.applied, .not-applied, .nothing-to-do { border-radius: 3px; padding: 0 0.5em; font-size: 0.9em; }
.applied { background: #1f5f3a; color: #d7f5e3; }
.not-applied { background: #7a4a12; color: #ffe9cc; }
.nothing-to-do { background: #4a4a4a; color: #e0e0e0; }
body .nnc { --text: var(--vscode-editor-foreground, #d4d4d4); --quiet: var(--vscode-descriptionForeground, #9d9d9d); --line: #6e7681;
  --page: transparent; --input: #12304a; --value: #2a2d2e; --layer: #3d3210; --output: #12361f; }
body.vscode-light .nnc { --line: #8c959f; --input: #ddf4ff; --value: #f6f8fa; --layer: #fff8c5; --output: #dafbe1; }
.nnc .title { display: none; }
.failure { white-space: pre-wrap; }
.adjoint { color: var(--vscode-symbolIcon-variableForeground, #75beff); }
.word { color: var(--vscode-symbolIcon-keywordForeground, #c586c0); }
.function { color: var(--vscode-symbolIcon-functionForeground, #dcdcaa); }
.literal { color: var(--vscode-symbolIcon-numberForeground, #b5cea8); }
.operator { color: var(--vscode-descriptionForeground, #9d9d9d); }
.equations td:last-child { overflow-wrap: anywhere; }
@media (max-width: 700px) {
  .equations, .equations tbody, .equations tr { display: block; }
  .equations td { display: inline; }
  .equations td:last-child:not(.loop) { display: block; padding-left: calc(1.5em * var(--depth) + 2.5em); }
}
`;
