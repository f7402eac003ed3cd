import { styleText } from 'node:util';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan';

/** Colours text, or leaves it as it is where nobody wants colours. */
export type Paint = (style: Style, text: string) => string;

export function painter(colour: boolean): Paint {
  // Whether to colour was decided once, for the whole command; Node must not decide again by its own rules.
  return colour ? (style, text) => (text === '' ? '' : styleText(style, text, { validateStream: false })) : (_, text) => text;
}
