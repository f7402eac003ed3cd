/**
 * Text of others (documents, guests, programs) made safe for a terminal: it can neither move the cursor, nor colour, nor reorder what
 * stands beside it.
 */

/** Controls (C0, DEL, C1), format characters such as those of writing direction, and the separators of lines and paragraphs. */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** One line: every control character is written as an escape, line ends too. */
export function printable(text: string): string {
  return text.replace(unsafe, escaped);
}

/** Several lines: line feeds and tabs stay, and carriage returns before line feeds go. */
export function printableLines(text: string): string {
  return text.replace(/\r+\n/g, '\n').replace(unsafe, (character) => (character === '\n' || character === '\t' ? character : escaped(character)));
}

function escaped(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
