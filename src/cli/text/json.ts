/** JSON for a reader that may be a terminal: what JSON itself leaves unescaped (C1 controls, writing directions) is escaped too. */

/** Everything below U+0020 that is left is our own indentation. */
const unsafe = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu;

/** One value, indented, with a line end. */
export function jsonValue(value: unknown): string {
  return `${safely(JSON.stringify(value, null, 2))}\n`;
}

/** One line of a stream. */
export function jsonLine(value: unknown): string {
  return `${safely(JSON.stringify(value))}\n`;
}

function safely(json: string): string {
  return json.replace(unsafe, (character) => {
    // UTF-16 units, as JSON counts them.
    const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
    return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
  });
}
