/** How many columns text takes in a terminal. A close estimate: terminals differ about rare characters. */

const none = /[\p{Mn}\p{Me}\p{Cf}]/u;
const two = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += widthOfOne(character);
  return width;
}

/** At most `width` columns, with an ellipsis where something was cut. */
export function truncated(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  if (width < 1) return '';
  let kept = '';
  let used = 0;
  for (const character of text) {
    used += widthOfOne(character);
    if (used > width - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

export function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

function widthOfOne(character: string): number {
  if (character >= ' ' && character <= '~') return 1;
  if (none.test(character)) return 0;
  return two.test(character) ? 2 : 1;
}
