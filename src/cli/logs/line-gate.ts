import { jsonLine } from '../text/json.js';

/** Characters of a line without an end that are kept back; a guest may never end one. */
const longest = 65_536;

export interface LineGate {
  /** The lines that are complete now, as `{"line": "…"}`, one a line. */
  readonly push: (bytes: Uint8Array) => string;
  /** What is left when no more will come. */
  readonly end: () => string;
}

/** Bytes of a log, chunk by chunk, as JSON lines. */
export function createLineGate(): LineGate {
  const decoder = new TextDecoder();
  let held = '';
  return {
    push: (bytes) => {
      const lines = (held + decoder.decode(bytes, { stream: true })).split('\n');
      held = lines.pop() ?? '';
      while (held.length > longest) {
        lines.push(held.slice(0, longest));
        held = held.slice(longest);
      }
      return lines.map(said).join('');
    },
    end: () => {
      const rest = held + decoder.decode();
      held = '';
      return rest === '' ? '' : said(rest);
    },
  };
}

function said(line: string): string {
  return jsonLine({ line: line.replace(/\r+$/, '') });
}
