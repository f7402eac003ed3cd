import { printableLines } from '../text/printable.js';

/**
 * Bytes of a guest or a program as text, chunk by chunk. For a terminal every control character is escaped, so that a guest cannot drive
 * the terminal of who reads its log; a file or a program gets what was written.
 */
export function createTextGate(forTerminal: boolean): (bytes: Uint8Array) => string {
  const decoder = new TextDecoder();
  if (!forTerminal) return (bytes) => decoder.decode(bytes, { stream: true });
  let held = '';
  return (bytes) => {
    const text = held + decoder.decode(bytes, { stream: true });
    // A carriage return at the end may be half of a line end.
    held = /\r+$/.exec(text)?.[0] ?? '';
    return printableLines(text.slice(0, text.length - held.length));
  };
}
