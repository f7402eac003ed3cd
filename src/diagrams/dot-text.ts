import { padding } from './box-content.js';
import type { PlannedBox } from './plan.js';
import { faces, type Block, type Run } from './text-block.js';

/** A DOT string. Graphviz reads `\N` and its like in labels only, and ids have no backslash to lose. */
export function quote(text: string): string {
  return `"${text.replace(/\\/g, '\\\\').replace(/"/g, '\\"')}"`;
}

export function attributes(values: Readonly<Record<string, string | number>>): string {
  return `[${Object.entries(values).map(([key, value]) => `${key}=${quote(String(value))}`).join(', ')}]`;
}

export function escapeXml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

/** Text in a table of a fixed size: the size is ours, so the layout does not hang on the fonts that Graphviz finds. */
export function textTable(content: Block, width: number, height: number): string {
  const body = content.lines.map(({ runs, arrow }) => `${arrow === undefined ? '' : '→ '}${runs.map(font).join('&#160;')}<br align="left"/>`).join('');
  const size = `fixedsize="true" width="${Math.ceil(width)}" height="${Math.ceil(height)}"`;
  return `<table border="0" cellborder="0" cellspacing="0" cellpadding="0" ${size}><tr><td align="left" balign="left">${body}</td></tr></table>`;
}

/** The head of a frame: it keeps the room at the frame's top, and makes the frame as wide as its text. */
export function clusterLabel(box: PlannedBox): string {
  return textTable(box.content, box.content.width + padding.x, box.content.height + padding.y);
}

function font({ text, voice }: Run): string {
  const { size, weight, italic } = faces[voice];
  const slanted = italic ? `<i>${escapeXml(text)}</i>` : escapeXml(text);
  return `<font point-size="${size}">${weight === 'bold' ? `<b>${slanted}</b>` : slanted}</font>`;
}
