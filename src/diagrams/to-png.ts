import type * as ResvgModule from '@resvg/resvg-js';
import { WindlassError, messageOf } from '../errors.js';

/**
 * An SVG as PNG, twice its size by default so that it is sharp on today's screens. It needs the optional package
 * `@resvg/resvg-js`; without it this throws `DIAGRAM_NO_RENDERER`.
 */
export async function toPng(svg: string, scale = 2): Promise<Uint8Array> {
  const { Resvg } = await loadRenderer();
  const font = { loadSystemFonts: true, defaultFontFamily: 'DejaVu Sans', sansSerifFamily: 'DejaVu Sans' };
  return new Resvg(svg, { fitTo: { mode: 'zoom', value: scale }, font }).render().asPng();
}

async function loadRenderer(): Promise<typeof ResvgModule> {
  try {
    return await import('@resvg/resvg-js');
  } catch (cause) {
    throw new WindlassError('DIAGRAM_NO_RENDERER', `PNG needs the package @resvg/resvg-js, which could not be loaded: ${messageOf(cause)}`, {
      cause,
      cure: 'npm install @resvg/resvg-js, or ask for svg',
    });
  }
}
