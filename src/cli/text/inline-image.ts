/** Terminals that show pictures: the escape sequence with the picture in it, or undefined for a terminal that is not known to. */
export function inlineImage(env: Readonly<Record<string, string | undefined>>, png: Uint8Array | undefined): string | undefined {
  if (png === undefined) return undefined;
  const base64 = Buffer.from(png).toString('base64');
  if (env['TERM'] === 'xterm-kitty' || env['TERM_PROGRAM'] === 'ghostty') return kitty(base64);
  if (env['TERM_PROGRAM'] === 'iTerm.app' || env['TERM_PROGRAM'] === 'WezTerm') return `\u001b]1337;File=inline=1;size=${png.byteLength}:${base64}\u0007`;
  return undefined;
}

/** https://sw.kovidgoyal.net/kitty/graphics-protocol/: PNG in chunks of at most 4096 characters. */
function kitty(base64: string): string {
  const chunks = base64.match(/.{1,4096}/g) ?? [];
  return chunks
    .map((chunk, index) => {
      const more = index < chunks.length - 1 ? 1 : 0;
      return `\u001b_G${index === 0 ? 'a=T,f=100,' : ''}m=${more};${chunk}\u001b\\`;
    })
    .join('');
}
